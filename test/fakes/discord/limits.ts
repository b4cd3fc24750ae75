/** So many calls in a window that begins with its first call. */
export interface Allowance {
  readonly limit: number
  readonly windowMs: number
}

/** What the fake enforces; the defaults are what Discord documents, or what is known of it where it documents nothing. */
export interface FakeLimits {
  /** POST of messages, a channel. */
  readonly sends: Allowance
  /** PATCH of messages, a channel: the same bucket hash as `sends`, counted apart (discord-api-docs #8073). */
  readonly edits: Allowance
  readonly deletes: Allowance
  readonly threads: Allowance
  readonly typing: Allowance
  /** PATCH of a channel's name, a channel. */
  readonly renames: Allowance
  readonly reads: Allowance
  readonly reactions: Allowance
  readonly commands: Allowance
  /** Sends and edits by an interaction's token, an interaction. */
  readonly webhooks: Allowance
  /** All routes but interactions. */
  readonly global: Allowance
  /** Edits of messages that are older than an hour, a channel: beyond it 30046. */
  readonly oldEdits: Allowance
  /** 401, 403 and 429 together; beyond it Cloudflare blocks everything until the window ends. */
  readonly invalid: Allowance
  readonly characters: number
  readonly files: number
  readonly fileBytes: number
  readonly requestBytes: number
  /** A callback that comes later is 10062. */
  readonly callbackMs: number
  /** How long an interaction's token lives. */
  readonly tokenMs: number
  /** How long a nonce is remembered. */
  readonly nonceMs: number
  /** How long an attachment's link lives. */
  readonly linkMs: number
  readonly heartbeatMs: number
  /** Dispatches that a session keeps for a RESUME. */
  readonly replay: number
  /** How long a session without a connection can be resumed. */
  readonly sessionMs: number
}

export const DEFAULT_LIMITS: FakeLimits = {
  sends: { limit: 5, windowMs: 5_000 },
  edits: { limit: 5, windowMs: 5_000 },
  deletes: { limit: 5, windowMs: 1_000 },
  threads: { limit: 50, windowMs: 300_000 },
  typing: { limit: 5, windowMs: 5_000 },
  renames: { limit: 2, windowMs: 600_000 },
  reads: { limit: 5, windowMs: 1_000 },
  reactions: { limit: 1, windowMs: 250 },
  commands: { limit: 20, windowMs: 60_000 },
  webhooks: { limit: 5, windowMs: 5_000 },
  global: { limit: 50, windowMs: 1_000 },
  oldEdits: { limit: 5, windowMs: 60_000 },
  invalid: { limit: 10_000, windowMs: 600_000 },
  characters: 2_000,
  files: 10,
  fileBytes: 10 * 1024 * 1024,
  requestBytes: 25 * 1024 * 1024,
  callbackMs: 3_000,
  tokenMs: 15 * 60_000,
  nonceMs: 5 * 60_000,
  linkMs: 24 * 3_600_000,
  heartbeatMs: 41_250,
  replay: 1_000,
  sessionMs: 5 * 60_000,
}

export interface Counted {
  readonly allowed: boolean
  readonly limit: number
  readonly remaining: number
  /** When the window ends, ms. */
  readonly resetAt: number
}

/** Windows by key; finished ones are forgotten as new ones come. */
export function createWindows(now: () => number) {
  const windows = new Map<string, { used: number; until: number }>()
  let sweepAt = 1_000
  return (key: string, { limit, windowMs }: Allowance): Counted => {
    const at = now()
    let window = windows.get(key)
    if (window === undefined || at >= window.until) {
      if (windows.size > sweepAt) {
        for (const [old, { until }] of windows) if (at >= until) windows.delete(old)
        sweepAt = 1_000 + windows.size * 2
      }
      window = { used: 0, until: at + windowMs }
      windows.set(key, window)
    }
    const allowed = window.used < limit
    if (allowed) window.used++
    return { allowed, limit, remaining: limit - window.used, resetAt: window.until }
  }
}
