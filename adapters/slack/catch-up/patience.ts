import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'

/** Runs it until it works. `what` it says of a failure in the log. Rejects with the signal's reason. */
export type Patiently = <T>(what: string, run: () => Promise<T>) => Promise<T>

/** Milliseconds between two tries. */
const pause = { first: 1_000, longest: 60_000 }

export function createPatience(parts: {
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}): Patiently {
  const { clock, log, signal } = parts
  return async (what, run) => {
    for (let tries = 0; ; tries++) {
      try {
        return await run()
      } catch (error) {
        signal.throwIfAborted()
        const againInMs = Math.min(pause.first * 2 ** tries, pause.longest)
        log.warn({ err: error, againInMs }, what)
        await clock.sleep(againInMs, signal)
      }
    }
  }
}
