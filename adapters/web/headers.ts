import type { Context, MiddlewareHandler } from 'hono'
import type { WebEnv } from './env.ts'

/** Nothing inline, nothing from elsewhere; `blob:` and `data:` show the pictures, and play the recordings, that a person is about to send. */
const pagePolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const dataPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox"

const saneId = /^[\w.:-]{1,128}$/

/** Gives each request its id, and each answer the headers that keep browsers from guessing. */
export function everyAnswer(uuid: () => string): MiddlewareHandler<WebEnv> {
  return async (c, next) => {
    const given = c.req.header('x-request-id')
    c.set('requestId', given && saneId.test(given) ? given : `req_${uuid().replaceAll('-', '')}`)
    await next()
    decorate(c)
  }
}

function decorate(c: Context<WebEnv>): void {
  const headers = c.res.headers
  const set = (name: string, value: string): void => {
    if (!headers.has(name)) headers.set(name, value)
  }
  headers.set('x-request-id', c.get('requestId'))
  set('x-content-type-options', 'nosniff')
  set('referrer-policy', 'no-referrer')
  set('x-frame-options', 'DENY')
  set('cross-origin-opener-policy', 'same-origin')
  set('cross-origin-resource-policy', 'same-origin')
  set('cache-control', 'no-store')
  const html = headers.get('content-type')?.startsWith('text/html') === true
  set('content-security-policy', html ? pagePolicy : dataPolicy)
}
