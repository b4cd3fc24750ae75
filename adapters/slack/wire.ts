import type { Logger as SdkLogger } from '@slack/logger'
import { LogLevel } from '@slack/logger'
import { WebClient } from '@slack/web-api'
import type { Logger } from 'pino'
import { neverArrived, plainCause } from '../../src/no-answer.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { createRecent } from '../../src/recent.ts'
import { within } from '../../src/within.ts'
import { type Exchange, observed, observingFetch } from './exchange.ts'
import type { Installations } from './installations/installation.ts'
import { readAnswer } from './reading.ts'

/** Calls Slack's Web API: each call is one request at most, nothing is retried or waited for. */
export interface Wire {
  /** Doesn't reject: a call that was aborted is `not_sent` or, when it was on its way, `unknown`. */
  call<T>(request: WireRequest, signal: AbortSignal): Promise<Reply<T>>
}

export interface WireRequest {
  /** In which installation: `ConversationKey.workspace`. */
  readonly team: string
  /** `chat.postMessage` */
  readonly method: string
  readonly args: Readonly<Record<string, unknown>>
}

/** What came of a call. */
export type Reply<T> =
  | { readonly kind: 'done'; readonly body: T; readonly scopes: readonly string[] }
  | { readonly kind: 'limited'; readonly retryAfterMs: number; readonly bucket?: string }
  /** `ok: false`. */
  | {
      readonly kind: 'refused'
      /** `not_in_channel` */
      readonly error: string
      /** The scope that is missing. */
      readonly needed?: string
      /** Which argument, and why. */
      readonly messages: readonly string[]
    }
  /** It certainly never arrived. */
  | { readonly kind: 'not_sent'; readonly cause: unknown }
  /** Reset, timeout, 5xx, garbage: it may have been carried out. */
  | { readonly kind: 'unknown'; readonly cause: unknown }

export interface WireOptions {
  readonly installations: Pick<Installations, 'of'>
  /** Base of the Web API; null = Slack's own. */
  readonly apiUrl: string | null
  readonly clock: Clock
  readonly log: Logger
  /** Workspaces install Parley themselves, at /slack/install; absent = no. */
  readonly installPage?: boolean
  /** Told whenever Slack refuses a workspace's token for good, and when it accepts it again. */
  readonly onToken?: (team: string, isAccepted: boolean) => void
  /** Milliseconds for one request. */
  readonly timeoutMs?: number
}

/** Slack answers within seconds, or not at all. */
const TIMEOUT_MS = 15_000
/** A client that is forgotten is made again. */
const CLIENTS = 1_000

/** What only the person who runs Parley can mend. */
const deadTokens = new Set([
  'invalid_auth',
  'not_authed',
  'token_revoked',
  'token_expired',
  'account_inactive',
])
export const isDeadToken = (error: string): boolean => deadTokens.has(error)

/** What Parley says where it has no installation, in the manner of Slack's errors. */
export const NOT_INSTALLED = 'not_installed'

export function createWire(options: WireOptions): Wire {
  const { installations, apiUrl, clock, log, installPage = false, timeoutMs = TIMEOUT_MS } = options
  const clients = createRecent<{ readonly token: string; readonly client: WebClient }>(CLIENTS)
  const refusing = createRecent<true>(CLIENTS)

  function clientOf(team: string, token: string): WebClient {
    const known = clients.get(team)
    if (known?.token === token) return known.client
    const client = new WebClient(token, {
      ...(apiUrl === null ? {} : { slackApiUrl: apiUrl }),
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      maxRequestConcurrency: Number.POSITIVE_INFINITY,
      allowAbsoluteUrls: false,
      fetch: observingFetch,
      logger: silent,
    })
    clients.set(team, { token, client })
    return client
  }

  async function call<T>(request: WireRequest, signal: AbortSignal): Promise<Reply<T>> {
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    const { team, method, args } = request
    let exchange: Exchange | null = null
    let failure: unknown = null
    try {
      const absent = await within({ clock, limit: timeoutMs, signal }, async (own) => {
        const installed = await installations.of(team, null, own)
        if (installed === null) return true
        exchange = { signal: own, begun: false, answer: null, failure: null }
        await observed(exchange, () => clientOf(team, installed.token).apiCall(method, { ...args }))
        return false
      })
      if (absent) return { kind: 'refused', error: NOT_INSTALLED, messages: [] }
    } catch (error) {
      failure = error
    }
    return result(request, exchange, failure)
  }

  function result<T>(request: WireRequest, exchange: Exchange | null, failure: unknown): Reply<T> {
    if (exchange?.answer) {
      const reply = readAnswer<T>(request, exchange.answer)
      noticeToken(request.team, reply)
      return reply
    }
    const cause = plainCause(exchange?.failure ?? failure, 'Slack')
    return { kind: exchange?.begun && !neverArrived(cause) ? 'unknown' : 'not_sent', cause }
  }

  function noticeToken(team: string, reply: Reply<unknown>): void {
    const isDead = reply.kind === 'refused' && isDeadToken(reply.error)
    const wasDead = refusing.get(team) === true
    if (isDead && !wasDead)
      log.error(
        { team, error: reply.error },
        `Slack refuses the token of this workspace: it is wrong, was revoked, or Parley was removed. ${
          installPage
            ? 'It has to be installed there again, at /slack/install.'
            : 'Install the app again (https://api.slack.com/apps, Install App) and set SLACK_BOT_TOKEN to the new one.'
        }`,
      )
    if (isDead) refusing.set(team, true)
    else if (reply.kind === 'done') refusing.delete(team)
    if (isDead || (wasDead && reply.kind === 'done')) options.onToken?.(team, !isDead)
  }

  return { call }
}

/** What it would say is known here from the answers themselves. */
const silent: SdkLogger = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
}
