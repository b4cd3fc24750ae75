import type { Clock } from '../../src/ports/clock.ts'
import { Problem } from './problem.ts'

/** Wrong keys that sign-ins may show within a minute, all together: whoever guesses gets no further. */
const most = 10
const windowMs = 60_000

export interface WrongKeys {
  /** Throws a `Problem` (429) while too many were wrong. */
  check(): void
  note(): void
}

export function createWrongKeys(clock: Pick<Clock, 'elapsed'>): WrongKeys {
  let times: number[] = []
  return {
    check: () => {
      const now = clock.elapsed()
      times = times.filter((time) => now - time < windowMs)
      const oldest = times[0]
      if (oldest === undefined || times.length < most) return
      const seconds = Math.ceil((oldest + windowMs - now) / 1_000)
      throw new Problem(429, `Too many wrong API keys. Try again in ${seconds} seconds.`, {
        'retry-after': String(seconds),
      })
    },
    note: () => {
      times.push(clock.elapsed())
    },
  }
}
