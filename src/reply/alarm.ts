import type { Clock } from '../ports/clock.ts'

/** One moment to wake at; setting another replaces it. */
export interface Alarm {
  /** A moment of `Clock.elapsed()`; Infinity turns it off. */
  set(at: number): void
}

/** One for all: an error made for each costs more than the rest. */
const REPLACED = new Error('Another moment was set')

export function createAlarm(clock: Clock, ring: () => void): Alarm {
  let pending: { readonly at: number; readonly controller: AbortController } | null = null

  function set(at: number): void {
    if (pending?.at === at) return
    pending?.controller.abort(REPLACED)
    pending = null
    if (at === Number.POSITIVE_INFINITY) return
    const own = { at, controller: new AbortController() }
    pending = own
    // Whole milliseconds: a remainder of rounding would be slept over and over.
    const ms = Math.max(1, Math.ceil(at - clock.elapsed()))
    clock.sleep(ms, own.controller.signal).then(
      () => {
        if (pending === own) pending = null
        ring()
      },
      // Another one took its place.
      () => undefined,
    )
  }

  return { set }
}
