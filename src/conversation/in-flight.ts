import type { Direct, DirectSounds } from './direct-port.ts'

/** The same calls, counted, so that a stop can wait for those that run. */
export interface InFlight {
  readonly direct: Direct
  readonly sounds: DirectSounds
  /** Resolves when none is running; new ones may begin meanwhile. */
  idle(): Promise<void>
}

export function countCalls(direct: Direct, sounds: DirectSounds): InFlight {
  const waiting = new Set<() => void>()
  let running = 0

  function over(): void {
    running--
    if (running === 0) for (const resolve of waiting) resolve()
  }

  async function counted<T>(call: () => Promise<T>): Promise<T> {
    running++
    try {
      return await call()
    } finally {
      over()
    }
  }

  return {
    async *direct(request, signal) {
      running++
      try {
        yield* direct(request, signal)
      } finally {
        over()
      }
    },
    sounds: {
      speak: (request, signal) => counted(() => sounds.speak(request, signal)),
      transcribe: (request, signal) => counted(() => sounds.transcribe(request, signal)),
    },
    idle() {
      if (running === 0) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      return promise.finally(() => waiting.delete(resolve))
    },
  }
}
