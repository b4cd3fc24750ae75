import type { Reply } from '../wire.ts'

/** Slack does not accept a token or the app's credentials: only a person can mend it. Holds no secret. */
export class InstallationRefused extends Error {
  override readonly name = 'InstallationRefused'
  /** Slack's word: `invalid_auth`, `token_revoked`, `missing_scope`. */
  readonly error: string
  /** The scope that is missing, where Slack names one. */
  readonly needed: string | null

  constructor(method: string, error: string, needed: string | null = null) {
    super(`Slack refused ${method}: ${error}`)
    this.error = error
    this.needed = needed
  }
}

/** Slack did not say, for now. */
export class SlackSilent extends Error {
  override readonly name = 'SlackSilent'
  /** Milliseconds before which there is no use in asking again. */
  readonly retryAfterMs: number

  constructor(method: string, reply: Exclude<Reply<unknown>, { kind: 'done' | 'refused' }>) {
    const cause = reply.kind === 'limited' ? undefined : reply.cause
    super(`Slack did not answer ${method} (${reply.kind})`, { cause })
    this.retryAfterMs = reply.kind === 'limited' ? reply.retryAfterMs : 0
  }
}

/** The body of an answer; throws `InstallationRefused` or `SlackSilent` otherwise. */
export function bodyOf<T>(method: string, reply: Reply<T>): T {
  if (reply.kind === 'done') return reply.body
  if (reply.kind !== 'refused') throw new SlackSilent(method, reply)
  throw new InstallationRefused(method, reply.error, reply.needed ?? null)
}
