import type { Place } from '../ports/event.ts'
import type { Outcome, Platform } from '../ports/platform.ts'
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

/** Makes a planned call, and counts it. */
export function perform(
  { platform, place, slots, stats, privateTo }: Scene,
  call: Call,
  signal: AbortSignal,
): Promise<Outcome> {
  if (call.kind === 'send') {
    stats.sends++
    const nonce = slots.nonce(call.index)
    return platform.send(place, call.part, {
      nonce,
      index: call.index,
      signal,
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
