import type { Clock } from '../ports/clock.ts'
import type { Obstacle } from './delivered.ts'
import { growingPause } from './pause.ts'
import type { Answer } from './plan.ts'

/** How the calls of one answer go: when the next may be tried, and when it is pointless. */
export interface Tries {
  succeeded(): void
  /** A text that is whole is given up after some. */
  failed(cause: unknown): Obstacle | null
  /** A message's way is over, and another one is tried. */
  turned(): Obstacle | null
  /** The reply to an edit was lost. */
  straggles(): void
  /** Before the next call, in milliseconds. */
  pauseMs(): number
  /** There is something else to be tried. */
  anew(): void
}

/** A final text is tried so often; the pauses between add up to 7.5 s. */
const MOST_FAILURES = 5
const LEAST_PAUSE_MS = 500
const MOST_PAUSE_MS = 8_000
/** An edit whose reply was lost may still arrive; it must not come after the next one and undo it. */
const STRAGGLER_MS = 1_750
/** Each way is over once at most; what goes on after that is a fault. */
const MOST_TURNS = 3

export function createTries(clock: Clock, answer: Pick<Answer, 'state'>): Tries {
  let failures = 0
  let turns = 0
  let stragglerUntil = 0

  function failed(cause: unknown): Obstacle | null {
    failures++
    return answer.state === 'writing' || failures < MOST_FAILURES ? null : { kind: 'failed', cause }
  }

  return {
    succeeded() {
      failures = 0
      turns = 0
    },
    failed,
    turned() {
      turns++
      return turns > MOST_TURNS ? failed(new Error('The platform knows no way to change the message')) : null
    },
    straggles() {
      stragglerUntil = clock.elapsed() + STRAGGLER_MS
    },
    pauseMs() {
      const pause = failures > 0 ? growingPause(failures, LEAST_PAUSE_MS, MOST_PAUSE_MS) : 0
      return Math.max(pause, Math.ceil(stragglerUntil - clock.elapsed()))
    },
    anew() {
      failures = 0
    },
  }
}
