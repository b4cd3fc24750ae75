import type { Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'
import { messagesOf } from './overflow.ts'
import { type Answer, callsOwed, type Step } from './plan.ts'
import type { Seat } from './seat.ts'

/** Lets the pacer know what the final text will cost, so that it can keep it free. */
export interface Owing {
  update(next: Step | null): void
}

export function createOwing(options: {
  readonly platform: Platform
  readonly place: Place
  readonly seat: Seat
  readonly answer: Answer
}): Owing {
  const { platform, place, seat, answer } = options
  let owed = ''

  function update(next: Step | null): void {
    const last = answer.slots.get(Math.max(0, messagesOf(answer) - 1))
    const call = 'ref' in last ? 'edit' : 'send'
    const calls = answer.state === 'writing' || next ? Math.max(1, callsOwed(answer)) : 0
    if (owed === `${call} ${calls}`) return
    owed = `${call} ${calls}`
    seat.owe(platform.budget(place, call, 'ref' in last ? last.ref : undefined), calls)
  }

  return { update }
}
