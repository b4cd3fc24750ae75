import type { Direct } from './direct-port.ts'

/** The same calls, counted, so that a stop can wait for those that run. */
export interface InFlight {
  readonly direct: Direct
  /** Resolves when none is running; new ones may begin meanwhile. */
  idle(): Promise<void>
}

export function countCalls(direct: Direct): InFlight {
  const waiting = new Set<() => void>()
  let running = 0
  return {
    async *direct(request, signal) {
      running++
      try {
        yield* direct(request, signal)
      } finally {
        running--
        if (running === 0) for (const resolve of waiting) resolve()
      }
    },
    idle() {
      if (running === 0) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      return promise.finally(() => waiting.delete(resolve))
    },
  }
}
