import type { Chance } from '../../src/ports/clock.ts'
import type { Trouble } from './start-words.ts'

/** Milliseconds between tries. */
export interface Pauses {
  readonly first: number
  readonly longest: number
}

/** How the connections of one place went of late: how long to wait before the next. */
export interface Trials {
  /** One ended that stood for so many milliseconds. */
  stood(ms: number): void
  /** Whether the next may be opened at once, while the last one still stands. Not twice in a row where none of them lasts. */
  mayReplace(): boolean
  /** Milliseconds before the next. */
  next(why: Trouble): number
}

/** Milliseconds. A connection that ended sooner did not last. */
const firm = 30_000
/** After one that did not last, but that Slack had welcomed, the next comes this soon, in first pauses. */
const soon = 4
/** Milliseconds. Who says to come back later than this is not believed. */
const mostPatience = 600_000

export function createTrials(pauses: Pauses, chance: Pick<Chance, 'random'>): Trials {
  let pause = pauses.first

  function longer(): void {
    pause = Math.min(pause * 2, pauses.longest)
  }

  return {
    stood: (ms) => {
      pause = ms > firm ? pauses.first : Math.min(pause, pauses.first * soon)
    },
    mayReplace: () => {
      const isFirst = pause === pauses.first
      if (isFirst) longer()
      return isFirst
    },
    next: (why) => {
      const wait = why.kind === 'switched_off' ? pauses.longest : pause
      const least = why.kind === 'passing' ? (why.retryAfterMs ?? 0) : 0
      longer()
      // Half of it by chance: many bots behind one outage must not come back at the same moment.
      return Math.max(Math.min(least, mostPatience), wait * (0.5 + chance.random() / 2))
    },
  }
}
