import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'
import { lookUp } from './lookup.ts'
import { messagesOf } from './overflow.ts'
import type { Answer } from './plan.ts'
import type { Seat } from './seat.ts'
import type { Slot } from './slots.ts'

interface Doubt {
  readonly platform: Platform
  readonly place: Place
  readonly seat: Seat
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly answer: Answer
}

const LOST =
  '*The message above may be unfinished or missing: the platform did not confirm it. Regenerate to see all of it.*'

/** Finds out what became of message `index`. What nobody can tell is never sent again: the text goes on below a mark. */
export async function settleDoubt(doubt: Doubt, index: number): Promise<void> {
  const { platform, place, seat, clock, signal, answer } = doubt
  const { slots } = answer
  const slot = slots.get(index)
  const found = await lookUp({
    platform,
    sent: {
      nonce: slots.nonce(index),
      index,
      ...sinceOf(slot),
      ...('markdown' in slot ? { markdown: slot.markdown } : {}),
      others: slots.parts().flatMap(({ ref }) => ref ?? []),
    },
    place,
    seat,
    clock,
    signal,
  })
  switch (found.kind) {
    case 'found':
      slots.set(index, { kind: 'shown', ref: found.ref, part: null })
      return
    case 'absent':
      slots.set(index, { kind: 'intended', again: true, since: clock.now() })
      return
    case 'unknowable':
      lose(answer, index)
  }
}

function lose(answer: Answer, index: number): void {
  const { slots, writer, state } = answer
  const slot = slots.get(index)
  const surplus = state !== 'writing' && index >= messagesOf(answer)
  slots.set(index, { kind: 'lost', ...sinceOf(slot) })
  if (surplus) return
  const before = index === 0 ? 0 : writer.reach(index - 1)
  writer.sever(index, slot.kind === 'doubtful' && slot.reach !== null ? slot.reach : before, LOST)
}

const sinceOf = (slot: Slot): { since?: number } => ('since' in slot ? { since: slot.since } : {})
