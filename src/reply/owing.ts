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
    const ref = 'ref' in last ? last.ref : undefined
    const call = ref ? 'finish' : 'send'
    const calls = answer.state === 'writing' || next ? Math.max(1, callsOwed(answer)) : 0
    const way = 'stream' in last ? 'stream' : 'edit'
    const all = `${call} ${ref?.id} ${way} ${calls}`
    if (owed === all) return
    owed = all
    seat.owe(platform.budget(place, call, ref), calls)
  }

  return { update }
}
