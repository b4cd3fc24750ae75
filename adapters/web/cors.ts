import type { MiddlewareHandler } from 'hono'
import type { WebEnv } from './env.ts'

const preflight = {
  'access-control-allow-methods': 'GET, POST, OPTIONS',
  'access-control-allow-headers': 'authorization, content-type, x-request-id',
  'access-control-max-age': '600',
}

/** `*` counts only together with API keys: without them any page could spend this machine's money. */
export function originCheck(
  origins: readonly string[] | '*',
  keysAreSet: boolean,
): (origin: string) => boolean {
  if (origins === '*') return () => keysAreSet
  const allowed = new Set(origins.map((origin) => origin.replace(/\/+$/, '').toLowerCase()))
  return (origin) => allowed.has(origin.toLowerCase())
}

/** REST for other sites' pages, by bearer key: cookies are never allowed across origins. */
export function cors(allowed: (origin: string) => boolean): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const origin = c.req.header('origin')
    const granted = origin !== undefined && allowed(origin)
    if (granted && c.req.method === 'OPTIONS' && c.req.header('access-control-request-method')) {
      c.res = new Response(null, { status: 204, headers: preflight })
    } else {
      await next()
    }
    c.res.headers.append('vary', 'Origin')
    if (!granted) return
    c.res.headers.set('access-control-allow-origin', origin)
    c.res.headers.set('access-control-expose-headers', 'x-request-id, retry-after')
    c.res.headers.set('cross-origin-resource-policy', 'cross-origin')
  }
}
