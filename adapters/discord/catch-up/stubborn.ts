import type { Logger } from 'pino'
import { createRecent } from '../../../src/recent.ts'

/** Messages that can't be taken in while others can: one of them must not hold back what comes after it for good. */
export interface Stubborn {
  /** Something else was taken in. */
  worked(): void
  /** How much was taken in so far. */
  count(): number
  /** This message could not be. */
  failed(id: string): Verdict
}

/** `again`: nothing goes past it. `aside`: what came after it is heard meanwhile. `over`: it is given up. */
export type Verdict = 'again' | 'aside' | 'over'

/** From this failure on a message stands aside. */
const patience = 4
/** Some two minutes of tries, as the pauses grow. */
const mostFailures = 8
const remembered = 1_000

interface Failing {
  readonly failures: number
  /** `count()` at its last failure. */
  readonly at: number
  /** Something was taken in between two failures of it: the fault is its own. */
  readonly alone: boolean
}

export function createStubborn(log: Logger): Stubborn {
  const failing = createRecent<Failing>(remembered)
  let count = 0
  return {
    worked: () => {
      count++
    },
    count: () => count,
    failed: (id) => {
      const before = failing.get(id)
      const failures = (before?.failures ?? 0) + 1
      const alone = before !== undefined && (before.alone || before.at < count)
      failing.set(id, { failures, at: count, alone })
      const over = alone && failures >= mostFailures
      if (over)
        log.error({ message: id, failures }, 'A message can’t be taken in while others can: it is left out')
      return over ? 'over' : failures < patience ? 'again' : 'aside'
    },
  }
}
