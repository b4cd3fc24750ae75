import type { DraftFile } from '../ports/inbox.ts'
import type { Control, Part, Way } from '../ports/platform.ts'
import type { Enclosed } from './enclosed.ts'
import { fits, onItsWay } from './fitting.ts'
import { type Layout, layoutOf, type Message, messageAt } from './layout.ts'
import { sameParts } from './same-parts.ts'
import type { Rank } from './sharing.ts'
import type { Retired, Slot, Slots } from './slots.ts'
import type { Writer } from './writer.ts'

/** What an answer needs next: a call, or what must be known or durable before. After each step all is planned anew. */
export type Step =
  | Call
  | { readonly kind: 'find'; readonly index: number }
  | { readonly kind: 'intend'; readonly index: number; readonly mark: DraftFile | null }
  /** `replace`: what stands from there on are messages of another kind than are needed now. */
  | { readonly kind: 'retire' | 'replace'; readonly from: number }

export type Call = Shows | { readonly kind: 'remove'; readonly at: Retired; readonly rank: 'further' }

export interface Shows {
  readonly kind: 'send' | 'edit'
  readonly index: number
  readonly rank: Rank
  readonly part: Part
  /** What it carries; null: it is a message of the text. */
  readonly mark: DraftFile | null
}

export interface Answer {
  readonly writer: Writer
  readonly slots: Slots
  /** What goes below the text. */
  readonly enclosed: Enclosed
  /** How the answer ended; `writing` before. */
  readonly state: Part['state']
  readonly canEdit: boolean
  /** Whether an edit can change a message's picture. */
  readonly changesFiles: boolean
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
  const all = layoutOf(answer)
  const { count } = all
  for (let index = 0; index < count; index++) {
    const step = stepFor(answer, index, all)
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
  const all = layoutOf(answer)
  const owed: number[] = []
  for (let index = 0; index < all.count; index++) if (isOwed(answer, index, all)) owed.push(index)
  return owed
}

function isOwed(answer: Answer, index: number, all: Layout): boolean {
  const slot = answer.slots.get(index)
  const message = messageAt(answer, index, all)
  if (isEmpty(message.part)) return false
  if (fits(answer, index, message.mark) === 'replace') return true
  if (slot.kind === 'gone' || slot.kind === 'lost') return false
  return slot.kind !== 'shown' || message.part.state === 'writing' || isOutdated(answer, slot, message)
}

function stepFor(answer: Answer, index: number, all: Layout): Step | null {
  const { slots, ways } = answer
  const slot = slots.get(index)
  if (slot.kind === 'doubtful') return { kind: 'find', index }
  const message = messageAt(answer, index, all)
  const { part, mark } = message
  if (isEmpty(part)) return null
  const unfinished = part.state === 'writing'
  const waits = unfinished && ways.length === 0
  const fit = fits(answer, index, mark)
  if (fit !== 'as_it_is') {
    if (waits) return null
    if (fit === 'replace') return replacing(answer, index, mark)
    return { kind: 'intend', index, mark: fit === 'unmark' ? onItsWay('') : mark }
  }
  switch (slot.kind) {
    case 'none':
      return waits ? null : { kind: 'intend', index, mark }
    case 'intended':
      return waits ? null : { kind: 'send', index, ...message, rank: rankOf(answer, 'first') }
    case 'shown': {
      if (!isOutdated(answer, slot, message)) return null
      return { kind: 'edit', index, ...message, rank: rankOf(answer, unfinished ? 'preview' : 'first') }
    }
    case 'lost':
    case 'gone':
      return null
  }
}

/** What a former try wrote gives way to what stays, not to a preview; what may be there is looked up before. */
function replacing({ slots, state }: Answer, from: number, mark: DraftFile | null): Step | null {
  if (mark && state === 'writing') return null
  for (let index = from + 1; index < slots.count(); index++) {
    const isOurs = slots.file(index) !== null || state !== 'writing'
    if (slots.get(index).kind === 'doubtful' && isOurs) return { kind: 'find', index }
  }
  return { kind: 'replace', from }
}

const isEmpty = ({ markdown, file }: Part): boolean => markdown === '' && file === undefined

/** What makes a whole text visible to its end outranks all others; what only leads there takes turns with them. */
function rankOf(answer: Answer, before: Rank): Rank {
  if (answer.state === 'writing') return before
  return messagesOwed(answer).length > 1 ? 'further' : 'final'
}

/** Where nothing grows, only what a former try has written is changed. */
function isOutdated(
  { canEdit, ways, changesFiles }: Answer,
  slot: Slot & { kind: 'shown' },
  { part, mark, isThere }: Message,
): boolean {
  // A sound, or a picture where it can't be changed, is what it was sent as.
  if (mark && (!changesFiles || part.file?.kind !== 'picture' || (isThere && slot.part === null)))
    return false
  if (!canEdit || slot.fixed || (ways.length === 0 && slot.part)) return false
  if (slot.stream && part.state === 'writing' && isLess(part, slot.part)) return false
  return !(slot.part && sameParts(slot.part, part))
}

/** A number that was shown may turn out to be a list's mark before a fence, and is held back again until there is code. */
function isLess(part: Part, shown: Part | null): boolean {
  return shown !== null && (shown.stays ?? shown.markdown).startsWith(part.stays ?? part.markdown)
}
