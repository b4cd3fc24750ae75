import type { WebRoute } from '../../../src/ports/web-route.ts'

/** Who Parley is in one workspace, and the token it speaks with there. */
export interface Installation {
  /** The workspace (`T…`); of an installation for a whole organisation, the organisation (`E…`). */
  readonly team: string
  /** The organisation (`E…`), if the workspace belongs to one. */
  readonly enterprise: string | null
  /** Secret. */
  readonly token: string
  /** `U…` */
  readonly botUser: string
  /** `B…` */
  readonly botId: string
  /** `A…` */
  readonly app: string | null
  readonly teamName: string
  /** Empty: not known. */
  readonly scopes: readonly string[]
}

export interface Installations {
  /**
   * null where Parley is not installed (any more). Fresh enough to be used at once (rotation). Rejects with the
   * signal's reason, and with words where Slack or the store fails.
   */
  of(team: string, enterprise: string | null, signal: AbortSignal): Promise<Installation | null>
  /** What is known without asking. */
  known(team: string): Installation | null
  /** The tokens may be over by now: for a call ask `of`. */
  all(signal: AbortSignal): Promise<readonly Installation[]>
  /** Uninstalled, or its tokens revoked. */
  forget(team: string, enterprise: string | null): Promise<void>
  /** Pages of the OAuth install; none with a plain token. */
  readonly routes: readonly WebRoute[]
}
