import type { Received } from './received.ts'

/** Waiting for requests that are still on their way. */
export interface Arrivals {
  /** The `count`th request; rejects in words when it does not come in time. */
  of(count: number): Promise<Received>
  /** The ledger has grown. */
  look(): void
}

/** Far above what a busy machine needs, well below a test's own limit. */
const PATIENCE_MS = 5_000

export function createArrivals(ledger: readonly Received[]): Arrivals {
  const looking = new Set<() => void>()
  return {
    of(count) {
      const { promise, resolve, reject } = Promise.withResolvers<Received>()
      const look = (): void => {
        const there = ledger[count - 1]
        if (there === undefined) return
        looking.delete(look)
        clearTimeout(timer)
        resolve(there)
      }
      const timer = setTimeout(() => {
        looking.delete(look)
        const came = ledger.map(({ method, path }) => `${method} ${path}`).join(', ') || 'none'
        reject(new Error(`Request ${count} did not come within ${PATIENCE_MS / 1000} s. Came: ${came}.`))
      }, PATIENCE_MS)
      looking.add(look)
      look()
      return promise
    },
    look() {
      for (const look of looking) look()
    },
  }
}
