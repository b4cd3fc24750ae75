import type { Clock } from '../../src/ports/clock.ts'

/** Wakes one waiter; a ring while nobody waits is kept for the next. */
export interface Bell {
  ring(): void
  /** Resolves at the next ring, after `ms`, or when the signal aborts, whichever comes first. */
  wait(ms: number, signal: AbortSignal): Promise<void>
}

/** One for all: an abort without a reason makes one, with a stack, each time. */
const RUNG = new Error('The wait is over')

export function createBell(clock: Clock): Bell {
  let rung = false
  let wake: (() => void) | null = null
  return {
    ring() {
      rung = true
      wake?.()
    },
    async wait(ms, signal) {
      const timer = new AbortController()
      if (!rung && !signal.aborted) {
        const ringing = new Promise<void>((resolve) => {
          wake = resolve
        })
        // The sleep ends by abort in the usual case; that is its good end.
        const sleeping = clock
          .sleep(ms, AbortSignal.any([timer.signal, signal]))
          .catch((): undefined => undefined)
        await Promise.race([ringing, sleeping])
        timer.abort(RUNG)
      }
      wake = null
      rung = false
    },
  }
}
