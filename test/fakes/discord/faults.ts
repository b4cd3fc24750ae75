export interface FaultMatch {
  readonly method?: string
  /** A route template, or a pattern for the path. */
  readonly route?: string | RegExp
}

/** What happens instead of, or after, what was asked for. */
export type Fault =
  /** Carried out, then the socket is destroyed. */
  | 'lose the reply'
  /** The socket is destroyed before the request was read. */
  | 'refuse'
  /** Read, never answered, not carried out. */
  | 'hang'
  /** A made answer. A text body goes out as text/html, anything else as JSON. */
  | {
      readonly status: number
      readonly body?: unknown
      readonly headers?: Readonly<Record<string, string>>
      readonly carriedOut?: boolean
    }
  /** Handled as usual, `delayMs` later. */
  | { readonly delayMs: number }

/** The block page before Discord's own servers: HTML, no JSON, no bucket headers. */
export const cloudflareBlock = (retryAfter?: string): Fault => ({
  status: 429,
  body: '<!DOCTYPE html><html><head><title>Access denied | discord.com used Cloudflare to restrict access</title></head><body>error code: 1015</body></html>',
  headers: { server: 'cloudflare', ...(retryAfter === undefined ? {} : { 'retry-after': retryAfter }) },
})

/** A 429 that says what `retryAfter` says, be it 0, 60, garbage or nothing (undefined). */
export const limited = (
  retryAfter: string | number | undefined,
  scope: 'user' | 'shared' | 'global' = 'user',
): Fault => ({
  status: 429,
  body: { message: 'You are being rate limited.', retry_after: retryAfter, global: scope === 'global' },
  headers: {
    'x-ratelimit-scope': scope,
    ...(scope === 'global' ? { 'x-ratelimit-global': 'true' } : {}),
    ...(retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) }),
  },
})

export function createFaults() {
  let planned: { match: FaultMatch; fault: Fault; left: number }[] = []
  return {
    /** The next `times` requests that match get this; plans are looked through in order. */
    next(match: FaultMatch, fault: Fault, times = 1) {
      planned.push({ match, fault, left: times })
    },
    clear() {
      planned = []
    },
    take(method: string, route: string, path: string): Fault | null {
      const plan = planned.find(({ match }) => {
        if (match.method !== undefined && match.method !== method) return false
        if (match.route === undefined) return true
        return typeof match.route === 'string' ? match.route === route : match.route.test(path)
      })
      if (plan === undefined) return null
      plan.left--
      if (plan.left <= 0) planned = planned.filter((other) => other !== plan)
      return plan.fault
    },
  }
}
