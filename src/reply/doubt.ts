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
  readonly privateTo?: string
}

const UNSURE = 'The message above may be unfinished or missing: the platform did not confirm it.'
const LOST = `*${UNSURE} Regenerate to see all of it.*`
const LOST_FOR_GOOD = `*${UNSURE} Ask again to see all of it.*`
const SHOWN_BEFORE = '*This answer may be shown above already. If it is not, please ask again.*'

/** Finds out what became of message `index`. What nobody can tell is never sent again: the text goes on below a mark. */
export async function settleDoubt(doubt: Doubt, index: number): Promise<void> {
  const { platform, place, seat, clock, signal, answer, privateTo } = doubt
  const { slots } = answer
  const slot = slots.get(index)
  const found = await lookUp({
    platform,
    sent: {
      nonce: slots.nonce(index),
      index,
      ...sinceOf(slot),
      ...('markdown' in slot ? { markdown: slot.markdown } : {}),
      ...(privateTo && { privateTo }),
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
  const { slots, writer, state, enclosed } = answer
  const slot = slots.get(index)
  const file = slots.file(index)
  if (file) {
    // A preview's place is left to it: what is finished goes into another message.
    slots.set(index, { kind: 'lost', ...sinceOf(slot) })
    if (enclosed.of(file.id)) enclosed.doubt(file.id)
    return
  }
  const surplus = state !== 'writing' && index >= messagesOf(answer)
  slots.set(index, { kind: 'lost', ...sinceOf(slot) })
  if (surplus) return
  const reach = slot.kind === 'doubtful' ? slot.reach : null
  if (reach === null && !canBeWrittenAgain(answer)) {
    loseAll(answer, index)
    return
  }
  const before = index === 0 ? 0 : writer.reach(index - 1)
  writer.sever(index, reach ?? before, canBeWrittenAgain(answer) ? LOST : LOST_FOR_GOOD)
}

/**
 * For a message of a former try in an answer that nobody can find, change or write again: all of it may be shown by
 * now, and a second copy could not be taken away.
 */
export function loseAll({ slots, writer }: Answer, index: number): void {
  slots.set(index, { kind: 'lost', ...sinceOf(slots.get(index)) })
  writer.sever(index, writer.text().length, SHOWN_BEFORE)
}

/** What never changes has no buttons that can be relied on. */
const canBeWrittenAgain = ({ ways }: Answer): boolean => ways.length > 0

const sinceOf = (slot: Slot): { since?: number } => ('since' in slot ? { since: slot.since } : {})
