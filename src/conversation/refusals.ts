import type { Clock } from '../ports/clock.ts'
import type { MessageHeard } from '../ports/event.ts'
import type { Admission } from '../ports/intake.ts'

/** Keeps Parley from saying to the same person in the same channel again and again that it does not answer there. */
export interface Refusals {
  /** Calls `admit` unless this person was refused here a while ago; null when so. */
  once<T extends Admission>(to: MessageHeard, admit: () => Promise<T>): Promise<T | null>
}

const pauseMs = 10 * 60_000
/** People in channels; the oldest is forgotten, and told once more. */
const most = 1_000

export function createRefusals(clock: Pick<Clock, 'elapsed'>): Refusals {
  const told = new Map<string, number>()
  return {
    async once<T extends Admission>({ by, place }: MessageHeard, admit: () => Promise<T>) {
      const { platform, workspace, channel } = place.conversation
      const key = JSON.stringify([platform, workspace, channel, by.id])
      const before = told.get(key)
      if (before !== undefined && clock.elapsed() - before < pauseMs) return null
      told.delete(key)
      told.set(key, clock.elapsed())
      const oldest = told.keys().next().value
      if (told.size > most && oldest !== undefined) told.delete(oldest)
      let admission: T | null = null
      try {
        admission = await admit()
        return admission
      } finally {
        // Not taken in: it may come again.
        if (admission === null || admission === 'full') told.delete(key)
      }
    },
  }
}
