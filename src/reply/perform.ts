import type { Place } from '../ports/event.ts'
import type { Outcome } from '../ports/outcome.ts'
import type { Part, Platform, Way } from '../ports/platform.ts'
import type { Call } from './plan.ts'
import type { Slots } from './slots.ts'
import type { Stats } from './stats.ts'

interface Scene {
  readonly platform: Platform
  readonly place: Place
  readonly slots: Slots
  readonly stats: Stats
  readonly privateTo?: string
}

const isAbsent = ({ file }: Part): boolean => file !== undefined && file.kind !== 'text' && file.size === 0

/** Makes a planned call, and counts it. `way`: how a message that is sent will grow. */
export function perform(
  { platform, place, slots, stats, privateTo }: Scene,
  { call, way }: { readonly call: Call; readonly way: Way | null },
  signal: AbortSignal,
): Promise<Outcome> {
  if (call.kind === 'send') {
    // It was there already, and went with the message: its bytes are not kept any more.
    if (isAbsent(call.part)) return Promise.resolve({ kind: 'no_file', why: 'it is not kept any more.' })
    stats.sends++
    const nonce = slots.nonce(call.index)
    return platform.send(place, call.part, {
      nonce,
      index: call.index,
      signal,
      ...(way ? { way } : {}),
      ...(privateTo ? { privateTo } : {}),
    })
  }
  stats.edits++
  if (call.kind === 'remove') return platform.remove(place, call.at.ref, signal)
  const slot = slots.get(call.index)
  return slot.kind === 'shown'
    ? platform.edit(place, slot.ref, call.part, signal)
    : Promise.resolve({ kind: 'gone' })
}
