import type { HttpBindings } from '@hono/node-server'

/** What a request carries through the middleware. */
export interface WebEnv {
  Bindings: HttpBindings
  Variables: {
    requestId: string
    /** Who calls, for budgets: a digest of the key, or `local`. Set once the gate let the request in. */
    caller: string
  }
}
