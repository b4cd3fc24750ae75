/** Where Node's fetch, and any copy of undici beside it, keep what all their requests go through, proxies included. */
const GLOBAL_DISPATCHER = Symbol.for('undici.globalDispatcher.1')

/** As much of undici's `Dispatcher` as is needed to hand a request on. */
interface Dispatcher {
  dispatch(options: object, handler: object): boolean
}

/**
 * The global fetch without its own limits: it ends a request whose headers, or next bytes, take more than 300 seconds
 * (undici's `headersTimeout` and `bodyTimeout`), which a model that thinks may. The caller's signal must hold the time.
 * Connecting stays limited to 10 seconds.
 */
export const patientFetch: typeof fetch = (input, init) => {
  // Looked up for each request: setting a proxy replaces it. A Node that keeps it elsewhere keeps its limits too.
  const { [GLOBAL_DISPATCHER]: current } = globalThis as { [GLOBAL_DISPATCHER]?: Dispatcher }
  if (current === undefined) return fetch(input, init)
  const dispatcher: Dispatcher = {
    dispatch: (options, handler) =>
      current.dispatch({ ...options, headersTimeout: 0, bodyTimeout: 0 }, handler),
  }
  // `dispatcher` is fetch's own option in Node; its published type asks for all of undici's class.
  const patient: RequestInit & { dispatcher: Dispatcher } = { ...init, dispatcher }
  return fetch(input, patient as RequestInit)
}
