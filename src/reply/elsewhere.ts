import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import { within } from '../within.ts'
import { SAVE_LIMIT_MS } from './attempt.ts'
import type { Obstacle } from './delivered.ts'
import type { Unopened } from './opening.ts'
import type { Slots } from './slots.ts'

/**
 * A thread may be there to be opened, and not to be written in, or be locked meanwhile. The whole answer goes where
 * it may; what stands elsewhere stays as it is. Null where there is no such place.
 */
export async function otherPlace(
  obstacle: Obstacle,
  on: {
    readonly place: Place | Unopened
    readonly slots: Slots
    readonly clock: Clock
    readonly signal: AbortSignal
  },
): Promise<Place | null> {
  if (obstacle.kind !== 'forbidden' || !('open' in on.place)) return null
  const other = on.place.instead?.(obstacle.why) ?? null
  const from = other === null ? -1 : firstOutside(other, on.slots)
  if (from !== -1) await within({ ...on, limit: SAVE_LIMIT_MS }, () => on.slots.abandon(from))
  return other
}

const firstOutside = ({ replyTo, conversation }: Place, slots: Slots): number =>
  Array.from({ length: slots.count() }, (_, index) => slots.get(index)).findIndex(
    (slot) => 'ref' in slot && slot.ref.channel !== (replyTo ?? conversation).channel,
  )
