import { fieldsOf, idOf, tsOf } from '../fields.ts'
import { envelopeOf } from '../hearing/envelope.ts'
import type { EventBody } from './happenings.ts'
import type { Acquaintance } from './places.ts'
import { microsOf } from './ts.ts'

/** Something that was said there since then (microseconds) could not be taken in. */
export interface Loss extends Acquaintance {
  readonly since: number
}

/** What could not be taken in, by its place. */
export interface Losses {
  /** Where there are too many places, all are forgotten: the moment since when something may be missing anywhere. */
  add(loss: Loss): number | null
  all(): readonly Loss[]
  /** What was lost in the same places meanwhile stays. */
  remove(found: readonly Loss[]): void
}

const most = 200

export function createLosses(): Losses {
  const losses = new Map<string, Loss>()
  const keyOf = ({ channel, thread }: Acquaintance): string => `${channel}/${thread}`
  return {
    add: (loss) => {
      const since = Math.min(loss.since, losses.get(keyOf(loss))?.since ?? loss.since)
      losses.set(keyOf(loss), { ...loss, since })
      if (losses.size <= most) return null
      const first = Math.min(...[...losses.values()].map((one) => one.since))
      losses.clear()
      return first
    },
    all: () => [...losses.values()],
    remove: (found) => {
      for (const loss of found) if (losses.get(keyOf(loss)) === loss) losses.delete(keyOf(loss))
    },
  }
}

/** What is lost with an event. null: histories tell of messages alone. */
export function lossIn(body: EventBody): { readonly workspace: string; readonly loss: Loss } | null {
  const { workspace, event } = envelopeOf(body) ?? {}
  const at = microsOf(event?.ts ?? event?.event_ts)
  const channel = idOf(event?.channel)
  if (workspace === undefined || at === null || channel === null) return null
  const under = [event, fieldsOf(event?.message), fieldsOf(event?.previous_message)]
  const thread = under.map((one) => tsOf(one?.thread_ts)).find((ts) => ts !== null) ?? ''
  return { workspace, loss: { channel, thread, since: at - 1 } }
}
