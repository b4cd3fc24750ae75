import { Hono } from 'hono'
import type { WebRoute } from '../../src/ports/web-route.ts'
import type { WebEnv } from './env.ts'
import { wrongMethod } from './problem.ts'

/** Routes of other adapters, before the gate and without CORS: whoever calls them is no page and has no key. */
export function mounted(routes: readonly WebRoute[]): Hono<WebEnv> {
  const app = new Hono<WebEnv>()
  for (const { method, path, handle } of routes) app.on(method, path, (c) => handle(c.req.raw))
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map(({ method }) => method)
    app.all(path, (c) => {
      throw wrongMethod(c.req.method, path, methods)
    })
  }
  return app
}
