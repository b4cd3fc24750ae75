import type { Clock } from '../ports/clock.ts'
import type { MessageRef, Place } from '../ports/event.ts'
import type { Platform, SentBefore } from '../ports/platform.ts'
import { within } from '../within.ts'
import { granted } from './granted.ts'
import { growingPause } from './pause.ts'
import type { Seat } from './seat.ts'

export type Found =
  | { readonly kind: 'found'; readonly ref: MessageRef }
  | { readonly kind: 'absent' }
  /** The platform can't say; `ever`: and never will. */
  | { readonly kind: 'unknowable'; readonly ever: boolean }

interface LookUp {
  readonly platform: Platform
  readonly sent: SentBefore
  readonly seat: Seat
  readonly place: Place
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** A send may still be on its way when its connection breaks: absent is what is not there at the second look either. */
const LOOKS = 2
const FIRST_LOOK_MS = 250
const SECOND_LOOK_MS = 1_500
const LIMIT_MS = 10_000
/** In a crowd a look waits its turn. */
const LEAVE_LIMIT_MS = 60_000
const MOST_FAILURES = 4

/** What became of a send whose reply was lost. */
export async function lookUp({ platform, sent, place, seat, clock, signal }: LookUp): Promise<Found> {
  const find = platform.find?.bind(platform)
  if (!find) return { kind: 'unknowable', ever: true }
  /** `find` says nothing of the limits: its call is counted, and no more is learned. */
  const look = async (until: AbortSignal) => ({
    kind: 'done' as const,
    ref: await within({ clock, limit: LIMIT_MS, signal: until }, (own) => find(sent, place, own)),
  })
  let looks = 0
  for (let failures = 0; failures < MOST_FAILURES; ) {
    const pause = looks === 0 ? FIRST_LOOK_MS : SECOND_LOOK_MS
    await clock.sleep(Math.max(pause, failures && growingPause(failures, 500, 5_000)), signal)
    try {
      const budgets = platform.budget(place, 'find')
      const { ref } = await within({ clock, limit: LEAVE_LIMIT_MS + LIMIT_MS, signal }, (own) =>
        granted({ seat, rank: 'needed', budgets, signal: own }, () => look(own)),
      )
      if (ref === 'unknown') return { kind: 'unknowable', ever: true }
      if (ref) return { kind: 'found', ref }
      looks++
      if (looks >= LOOKS) return { kind: 'absent' }
    } catch {
      signal.throwIfAborted()
      failures++
    }
  }
  return { kind: 'unknowable', ever: false }
}
