import type { Control, Part, Way } from '../ports/platform.ts'
import { messagesOf, overflowPart, overflowsIn } from './overflow.ts'
import type { Rank } from './sharing.ts'
import type { Retired, Slot, Slots } from './slots.ts'
import type { Writer } from './writer.ts'

/** What an answer needs next: a call, or what must be known or durable before. After each step all is planned anew. */
export type Step =
  | Call
  | { readonly kind: 'find' | 'intend'; readonly index: number }
  | { readonly kind: 'retire'; readonly from: number }

export type Call =
  | { readonly kind: 'send' | 'edit'; readonly index: number; readonly rank: Rank; readonly part: Part }
  | { readonly kind: 'remove'; readonly at: Retired; readonly rank: 'further' }

export interface Answer {
  readonly writer: Writer
  readonly slots: Slots
  /** How the answer ended; `writing` before. */
  readonly state: Part['state']
  readonly canEdit: boolean
  /** How a message may grow, the best way first; none: it is shown once it is whole. */
  readonly ways: readonly Way[]
  /** More than these end in a file; null = any number. */
  readonly mostMessages: number | null
  controls(state: Part['state']): readonly Control[]
}

/** In the messages' order: a later one is not touched before the earlier ones show their final text. */
export function nextStep(answer: Answer): Step | null {
  const { writer, slots, state } = answer
  if (isHeldUp(answer)) return null
  const count = messagesOf(answer)
  for (let index = 0; index < count; index++) {
    const step = stepFor(answer, index, index === count - 1)
    if (step) return step
  }
  for (let index = count; index < slots.count(); index++) {
    const slot = slots.get(index)
    // Messages further on are looked up when the text gets there.
    if (slot.kind === 'doubtful' && (state !== 'writing' || index <= writer.frozen()))
      return { kind: 'find', index }
    if (slot.kind === 'shown' && state !== 'writing') return { kind: 'retire', from: index }
  }
  const at = state === 'writing' ? null : slots.retired()
  return at && { kind: 'remove', at, rank: 'further' }
}

/** What a former try wrote can't be changed here; whether it has to be settles once the text is whole. */
function isHeldUp({ slots, ways, state }: Answer): boolean {
  if (state !== 'writing' || ways.length > 0) return false
  for (let index = 0; index < slots.count(); index++) {
    const slot = slots.get(index)
    if (slot.kind === 'doubtful' && slot.reach === null) return true
    if (slot.kind === 'shown' && slot.part === null) return true
  }
  return false
}

/** Whether it is still the same call, with newer text perhaps. */
export function isSameCall(call: Call, now: Step | null): now is Call {
  if (call.kind === 'remove' || now?.kind === 'remove')
    return now?.kind === 'remove' && call.kind === 'remove' && now.at === call.at
  return now?.kind === call.kind && 'index' in now && now.index === call.index
}

/** The messages that don't show their final text yet. */
export function messagesOwed(answer: Answer): number[] {
  const count = messagesOf(answer)
  const owed: number[] = []
  for (let index = 0; index < count; index++) if (isOwed(answer, index, index === count - 1)) owed.push(index)
  return owed
}

function isOwed(answer: Answer, index: number, isLast: boolean): boolean {
  const slot = answer.slots.get(index)
  if (slot.kind === 'gone' || slot.kind === 'lost') return false
  const part = partOf(answer, index, isLast)
  if (part.markdown === '') return false
  return slot.kind !== 'shown' || part.state === 'writing' || isOutdated(answer, slot, part)
}

function stepFor(answer: Answer, index: number, isLast: boolean): Step | null {
  const { slots, ways } = answer
  const slot = slots.get(index)
  if (slot.kind === 'doubtful') return { kind: 'find', index }
  const part = partOf(answer, index, isLast)
  if (part.markdown === '') return null
  const unfinished = part.state === 'writing'
  switch (slot.kind) {
    case 'none':
      return unfinished && ways.length === 0 ? null : { kind: 'intend', index }
    case 'intended':
      return unfinished && ways.length === 0
        ? null
        : { kind: 'send', index, part, rank: rankOf(answer, 'first') }
    case 'shown': {
      if (!isOutdated(answer, slot, part)) return null
      return { kind: 'edit', index, part, rank: rankOf(answer, unfinished ? 'preview' : 'first') }
    }
    case 'lost':
    case 'gone':
      return null
  }
}

/** What makes a whole text visible to its end outranks all others; what only leads there takes turns with them. */
function rankOf(answer: Answer, before: Rank): Rank {
  if (answer.state === 'writing') return before
  return messagesOwed(answer).length > 1 ? 'further' : 'final'
}

/** Where nothing grows, only what a former try has written is changed. */
function isOutdated({ canEdit, ways }: Answer, slot: Slot & { kind: 'shown' }, part: Part): boolean {
  if (!canEdit || slot.fixed || (ways.length === 0 && slot.part)) return false
  if (slot.stream && part.state === 'writing' && isLess(part, slot.part)) return false
  return !(slot.part && sameParts(slot.part, part))
}

/** A number that was shown may turn out to be a list's mark before a fence, and is held back again until there is code. */
function isLess(part: Part, shown: Part | null): boolean {
  return shown !== null && (shown.stays ?? shown.markdown).startsWith(part.stays ?? part.markdown)
}

/** How much of the text is shown up to the end of message `index`, in UTF-16 units. */
export function reachOf(answer: Answer, index: number): number {
  if (!overflowsIn(answer, index)) return answer.writer.reach(index)
  return index === 0 ? 0 : answer.writer.reach(index - 1)
}

/** Full messages are done; the last one carries the answer's state and its controls. */
function partOf(answer: Answer, index: number, isLast: boolean): Part {
  const { writer, state, controls } = answer
  if (overflowsIn(answer, index)) return { ...overflowPart(answer), state, controls: controls(state) }
  const markdown = writer.part(index)
  if (!isLast) return { markdown, state: 'done', controls: [] }
  const stays = writer.stays(index)
  return { markdown, ...(stays !== markdown && { stays }), state, controls: controls(state) }
}

function sameParts(one: Part, other: Part): boolean {
  return (
    one.markdown === other.markdown &&
    one.state === other.state &&
    one.file?.name === other.file?.name &&
    one.file?.text === other.file?.text &&
    one.controls.length === other.controls.length &&
    one.controls.every((control, at) => control === other.controls[at])
  )
}
