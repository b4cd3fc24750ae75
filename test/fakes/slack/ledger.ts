import type { Json } from './states.ts'

export interface CallEntry {
  /** When it was read whole, and when it was answered; ms of the fake's clock. */
  readonly at: number
  endedAt: number | null
  /** `chat.postMessage`; as it was asked for also when Slack has no such method. */
  readonly method: string
  /** Without the token; what is JSON within a form is parsed. */
  readonly args: Json
  /** The workspace whose token it was; null when the token was refused. */
  team: string | null
  /** Where the token came from. */
  readonly tokenBy: 'header' | 'body' | null
  /** 0 until answered, and when it was never answered. */
  status: number
  ok: boolean
  error: string | null
  /** Seconds, as in the header. */
  retryAfter: string | null
  /** Was it carried out? Also when the reply was lost. */
  carriedOut: boolean
  replyLost: boolean
  fault: boolean
  /** What was answered. */
  answer: unknown
}

export interface EnvelopeEntry {
  readonly id: string
  readonly kind: 'events_api' | 'slash_commands' | 'interactive'
  /** 'message', 'app_mention', '/ask', 'block_actions'… */
  readonly type: string
  readonly eventId: string | null
  readonly sentAt: number
  /** 0 for the first delivery. */
  readonly attempt: number
  /** Connections are numbered from 1. */
  readonly connection: number
  /** Ms; null while it is not acknowledged. */
  ackedAfterMs: number | null
  ackBody: unknown
}

export interface PostEntry {
  readonly at: number
  readonly kind: EnvelopeEntry['kind'] | 'url_verification' | 'made'
  readonly type: string
  readonly eventId: string | null
  readonly attempt: number
  /** 0 when there was no answer. */
  status: number
  body: string
  durationMs: number | null
}

/** Bytes that arrived, of files that were shared or not. */
export interface UploadEntry {
  readonly at: number
  readonly file: string
  readonly bytes: number
  readonly content: Uint8Array
}

export interface DownloadEntry {
  readonly at: number
  readonly path: string
  readonly status: number
  /** As it was sent. */
  readonly authorization: string | null
  /** Was it a token that opens this file? */
  readonly allowed: boolean
}

export type SocketEntry = { readonly at: number; readonly connection: number } & (
  | { readonly kind: 'open' }
  | { readonly kind: 'close'; readonly code: number; readonly by: 'fake' | 'client' }
)

export interface ResponseEntry {
  readonly at: number
  readonly hook: string
  readonly interaction: string
  readonly body: Json
  readonly status: number
}

export interface Ledger {
  /** Every Web API call, in order of arrival. */
  readonly calls: readonly CallEntry[]
  /** Every envelope over a socket, each delivery for itself. */
  readonly envelopes: readonly EnvelopeEntry[]
  /** Every HTTP request to the app. */
  readonly posts: readonly PostEntry[]
  readonly sockets: readonly SocketEntry[]
  readonly uploads: readonly UploadEntry[]
  readonly downloads: readonly DownloadEntry[]
  /** What was posted to response_urls. */
  readonly responses: readonly ResponseEntry[]
  /** Calls of a method. */
  of(method: string): readonly CallEntry[]
  /** Calls that were answered 429, by a limit or a fault. */
  limited(): readonly CallEntry[]
  /** Calls that the fake itself refused, but for limits. */
  refused(): readonly CallEntry[]
}

export function createLedger() {
  const calls: CallEntry[] = []
  const waiting = new Set<() => void>()
  return {
    calls,
    envelopes: [] as EnvelopeEntry[],
    posts: [] as PostEntry[],
    sockets: [] as SocketEntry[],
    uploads: [] as UploadEntry[],
    downloads: [] as DownloadEntry[],
    responses: [] as ResponseEntry[],
    of: (method: string) => calls.filter((entry) => entry.method === method),
    limited: () => calls.filter((entry) => entry.status === 429),
    refused: () => calls.filter((entry) => !entry.fault && entry.error !== null && entry.status !== 429),
    /** Something happened: who waits for something looks again. */
    changed() {
      for (const look of waiting) look()
    },
    /** Waits until `check` gives something that is not false, null or undefined; rejects after `withinMs`. */
    until<T>(check: () => T, withinMs: number): Promise<NonNullable<T>> {
      const found = check()
      if (found !== false && found !== null && found !== undefined) return Promise.resolve(found)
      const asked = new Error(`not so within ${withinMs} ms: ${check.toString().slice(0, 200)}`)
      return new Promise((resolve, reject) => {
        const finish = () => {
          waiting.delete(look)
          clearTimeout(end)
          clearInterval(again)
        }
        const end = setTimeout(() => {
          finish()
          reject(asked)
        }, withinMs)
        // For what happens in the bot, unseen from here.
        const again = setInterval(look, 10)
        function look() {
          try {
            const value = check()
            if (value === false || value === null || value === undefined) return
            resolve(value)
          } catch (error) {
            reject(error)
          }
          finish()
        }
        waiting.add(look)
      })
    },
  }
}

export type OpenLedger = ReturnType<typeof createLedger>
