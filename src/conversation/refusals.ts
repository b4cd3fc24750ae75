import type { Clock } from '../ports/clock.ts'
import type { InboundEvent } from '../ports/event.ts'
import type { Admission } from '../ports/intake.ts'

/** Keeps Parley from refusing the same person for the same reason in the same channel again and again. */
export interface Refusals {
  /**
   * Whether it is not known that this person was refused so here less than `pauseMs` milliseconds ago; from now on it
   * is known.
   */
  isFirst(why: Why, to: Addressee, pauseMs: number): boolean
  /** Calls `admit` where it is the first; else null. */
  once<T extends Admission>(
    why: Why,
    to: Addressee,
    pauseMs: number,
    admit: () => Promise<T>,
  ): Promise<T | null>
}

type Why = 'access' | 'budget' | `unheard:${string}`
type Addressee = Pick<InboundEvent, 'by' | 'place'>

/** People in channels; the oldest is forgotten, and told once more. */
const most = 1_000

export function createRefusals(clock: Pick<Clock, 'elapsed'>): Refusals {
  const told = new Map<string, number>()

  const keyOf = (why: Why, { by, place }: Addressee): string => {
    const { platform, workspace, channel } = place.conversation
    return JSON.stringify([why, platform, workspace, channel, by.id])
  }

  const isFirst: Refusals['isFirst'] = (why, to, pauseMs) => {
    const key = keyOf(why, to)
    const before = told.get(key)
    if (before !== undefined && clock.elapsed() - before < pauseMs) return false
    told.delete(key)
    told.set(key, clock.elapsed())
    const oldest = told.keys().next().value
    if (told.size > most && oldest !== undefined) told.delete(oldest)
    return true
  }

  return {
    isFirst,
    async once<T extends Admission>(why: Why, to: Addressee, pauseMs: number, admit: () => Promise<T>) {
      if (!isFirst(why, to, pauseMs)) return null
      let admission: T | null = null
      try {
        admission = await admit()
        return admission
      } finally {
        // Not taken in: it may come again.
        if (admission === null || admission === 'full') told.delete(keyOf(why, to))
      }
    },
  }
}
