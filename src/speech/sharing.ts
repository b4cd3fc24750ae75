/** Whoever wants what is being made already waits for the same; it is called off when nobody waits any more. */
export type Sharing<T> = (
  key: string,
  signal: AbortSignal,
  make: (signal: AbortSignal) => Promise<T>,
) => Promise<T>

interface Shared<T> {
  readonly made: Promise<T>
  readonly over: AbortController
  waiting: number
}

/** One for all: an abort without a reason makes one, with a stack, each time. */
const unwanted = new Error('Nobody waits for it any more')

export function createSharing<T>(): Sharing<T> {
  const now = new Map<string, Shared<T>>()

  const begin = (key: string, make: (signal: AbortSignal) => Promise<T>): Shared<T> => {
    const over = new AbortController()
    const leave = (): void => {
      if (now.get(key) === shared) now.delete(key)
    }
    const made = make(over.signal).finally(leave)
    // Whoever waits hears it; when nobody does any more, nobody needs to.
    made.catch(() => undefined)
    const shared: Shared<T> = { made, over, waiting: 0 }
    now.set(key, shared)
    return shared
  }

  return async (key, signal, make) => {
    signal.throwIfAborted()
    const shared = now.get(key) ?? begin(key, make)
    const { promise: aborted, reject } = Promise.withResolvers<never>()
    const abort = (): void => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    shared.waiting++
    try {
      return await Promise.race([shared.made, aborted])
    } finally {
      signal.removeEventListener('abort', abort)
      shared.waiting--
      if (shared.waiting === 0) {
        if (now.get(key) === shared) now.delete(key)
        shared.over.abort(unwanted)
      }
    }
  }
}
