/** Who a message would have rung for, by its text and its `allowed_mentions`. */
export interface Pings {
  readonly everyone: boolean
  readonly users: readonly string[]
  readonly roles: readonly string[]
}

export interface SentFile {
  /** The part's field, `files[0]`. */
  readonly field: string
  readonly name: string
  readonly type: string
  readonly bytes: Uint8Array
}

export interface RestEntry {
  /** When it was read whole, and when it was answered; ms of the fake's clock. */
  readonly at: number
  endedAt: number | null
  readonly method: string
  /** As `/channels/:channel/messages/:message`; '' for a path that Discord has not. */
  readonly route: string
  /** Without `/api/v10`, decoded. Contains interaction tokens. */
  readonly path: string
  readonly query: Readonly<Record<string, string>>
  /** Parsed JSON, also that of a multipart request's `payload_json`; undefined without one. */
  readonly body: unknown
  readonly files: readonly SentFile[]
  /** Was there an Authorization header at all. */
  readonly authorized: boolean
  readonly reason: string | null
  /** 0 until answered, and when it was never answered. */
  status: number
  code: number | null
  bucket: string | null
  remaining: number | null
  /** Which limit refused it. */
  limited: 'user' | 'shared' | 'global' | null
  /** Was it carried out? Also when the reply was lost. */
  carriedOut: boolean
  replyLost: boolean
  fault: boolean
  pings: Pings | null
  /** What was answered. */
  answer: unknown
}

export type GatewayEntry = { readonly at: number } & (
  | { readonly kind: 'open' }
  | { readonly kind: 'identify'; readonly intents: number; readonly shard: readonly [number, number] }
  | { readonly kind: 'resume'; readonly seq: number; readonly ok: boolean; readonly replayed: number }
  | { readonly kind: 'heartbeat'; readonly seq: number | null }
  | { readonly kind: 'presence' }
  | { readonly kind: 'close'; readonly code: number; readonly by: 'fake' | 'client' }
)

export interface Ledger {
  /** Every REST request, in order of arrival. */
  readonly requests: readonly RestEntry[]
  readonly gateway: readonly GatewayEntry[]
  /** Requests of a method and a route template. */
  of(method: string, route?: string): readonly RestEntry[]
  /** Every request that was answered 429, by a limit or a fault. */
  limited(): readonly RestEntry[]
  /** Fetches of attachments. */
  readonly downloads: readonly { at: number; path: string; status: number; authorized: boolean }[]
}

export function createLedger() {
  const requests: RestEntry[] = []
  const gateway: GatewayEntry[] = []
  const downloads: { at: number; path: string; status: number; authorized: boolean }[] = []
  const waiting = new Set<() => void>()
  return {
    requests,
    gateway,
    downloads,
    of: (method: string, route?: string) =>
      requests.filter((entry) => entry.method === method && (route === undefined || entry.route === route)),
    limited: () => requests.filter((entry) => entry.status === 429),
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
