export interface FaultMatch {
  /** `chat.postMessage`, or a pattern for it. `upload`, `file` and `response_url` are methods here, too. */
  readonly method?: string | RegExp
}

/** What happens instead of, or after, what was asked for. */
export type Fault =
  /** Carried out, then the socket is destroyed. */
  | 'lose the reply'
  /** The socket is destroyed before the request was read. */
  | 'refuse'
  /** Read, never answered, not carried out. */
  | 'hang'
  /** `{"ok": false, "error": …}` with 200. */
  | { readonly error: string; readonly more?: Readonly<Record<string, unknown>> }
  /** A made answer. A text body goes out as text/html, anything else as JSON. */
  | {
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
      readonly carriedOut?: boolean
    }
  /** Handled as usual, `delayMs` later. */
  | { readonly delayMs: number }

/** A 429 that says what `retryAfter` says, be it 0, 60, garbage or nothing (undefined). */
export const limited = (retryAfter: string | number | undefined, html = false): Fault => ({
  status: 429,
  body: html ? '<html><body>Too many requests</body></html>' : { ok: false, error: 'ratelimited' },
  headers: retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) },
})

export function createFaults() {
  let planned: { match: FaultMatch; fault: Fault; left: number }[] = []
  return {
    /** The next `times` calls that match get this; plans are looked through in order. */
    next(match: FaultMatch, fault: Fault, times = 1) {
      planned.push({ match, fault, left: times })
    },
    clear() {
      planned = []
    },
    take(method: string): Fault | null {
      if (planned.length === 0) return null
      const plan = planned.find(({ match }) => {
        if (match.method === undefined) return true
        return typeof match.method === 'string' ? match.method === method : match.method.test(method)
      })
      if (plan === undefined) return null
      plan.left--
      if (plan.left <= 0) planned = planned.filter((other) => other !== plan)
      return plan.fault
    },
  }
}

export type Faults = ReturnType<typeof createFaults>
