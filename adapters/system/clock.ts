import type { Chance, Clock } from '../../src/ports/clock.ts'

/** setTimeout fires at once above this many milliseconds (a signed 32-bit number; 24.8 days). */
const LONGEST_TIMER = 2 ** 31 - 1

/** The machine's own time: `Date` for the wall, `performance` for durations. */
export function systemClock(): Clock {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    sleep: (ms, signal) => sleepInSteps(performance.now() + Math.max(0, ms), signal),
  }
}

export function systemChance(): Chance {
  return { random: () => Math.random(), uuid: () => crypto.randomUUID() }
}

async function sleepInSteps(until: number, signal: AbortSignal | undefined): Promise<void> {
  do {
    await timer(Math.min(Math.ceil(Math.max(0, until - performance.now())), LONGEST_TIMER), signal)
    // A timer may fire up to a millisecond early against performance.now().
  } while (performance.now() < until)
}

function timer(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(signal.reason)
      return
    }
    const onAbort = (): void => {
      clearTimeout(handle)
      reject(signal?.reason)
    }
    const handle = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, ms)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
