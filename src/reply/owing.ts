import type { MessageRef, Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'
import { type Answer, messagesOwed, type Step } from './plan.ts'
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
  let entered = ''

  /** A message that is shown costs an edit, any other one a send. */
  function update(next: Step | null): void {
    const isWriting = answer.state === 'writing'
    const indices = isWriting || next ? messagesOwed(answer) : []
    const shown = indices.flatMap((index) => shownAt(index) ?? [])
    const sends = indices.length - shown.length
    const least = isWriting || next ? Math.max(1, sends + shown.length) : 0
    const last = shown.at(-1)
    const way = last?.way ?? ''
    const all = `${sends} ${last?.ref.id} ${way} ${shown.length} ${least}`
    if (entered === all) return
    entered = all
    const finish = last ? platform.budget(place, 'finish', last.ref) : []
    if (last && sends === 0) seat.owe(finish, least)
    else
      seat.owe(
        platform.budget(place, 'send'),
        Math.max(sends, least - shown.length),
        ...shown.map(() => finish),
      )
  }

  function shownAt(index: number): { readonly ref: MessageRef; readonly way: 'stream' | 'edit' } | null {
    const slot = answer.slots.get(index)
    return slot.kind === 'shown' ? { ref: slot.ref, way: slot.stream ? 'stream' : 'edit' } : null
  }

  // Known at once, lest others take it for themselves.
  update(null)
  return { update }
}
