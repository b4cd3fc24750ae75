import type { Control, Part } from '../ports/platform.ts'
import type { Rank } from './sharing.ts'
import type { Slots } from './slots.ts'
import type { Writer } from './writer.ts'

/** The next call that an answer needs. */
export type Step =
  | { readonly kind: 'send' | 'edit'; readonly index: number; readonly rank: Rank; readonly part: Part }
  | { readonly kind: 'remove'; readonly index: number; readonly rank: 'final' }
  | { readonly kind: 'find'; readonly index: number }

export interface Answer {
  readonly writer: Writer
  readonly slots: Slots
  /** How the answer ended; `writing` before. */
  readonly state: Part['state']
  readonly canEdit: boolean
  controls(state: Part['state']): readonly Control[]
}

/** In the messages' order: a later one is not touched before the earlier ones show their final text. */
export function nextStep(answer: Answer): Step | null {
  const { writer, slots, state } = answer
  const count = writer.count()
  for (let index = 0; index < count; index++) {
    const step = stepFor(answer, index, index === count - 1)
    if (step) return step
  }
  for (let index = count; index < slots.count(); index++) {
    const slot = slots.get(index)
    // Messages further on are looked up when the text gets there.
    if (slot.kind === 'doubtful' && (state !== 'writing' || index <= writer.frozen()))
      return { kind: 'find', index }
    if (slot.kind === 'shown' && state !== 'writing') return { kind: 'remove', index, rank: 'final' }
  }
  return null
}

/** The messages that don't show their final text yet; at least one while the answer is being written. */
export function callsOwed({ writer, slots, state }: Answer): number {
  const count = writer.count()
  let owed = 0
  for (let index = 0; index < count; index++) {
    const slot = slots.get(index)
    const settled = slot.kind === 'gone' || slot.kind === 'lost'
    const isLast = index === count - 1
    const final = slot.kind === 'shown' && slot.part?.markdown === writer.part(index) && !isLast
    if (!settled && !final) owed++
  }
  return state === 'writing' ? Math.max(1, owed) : owed
}

function stepFor(answer: Answer, index: number, isLast: boolean): Step | null {
  const { slots, state, canEdit } = answer
  const slot = slots.get(index)
  if (slot.kind === 'doubtful') return { kind: 'find', index }
  const part = partOf(answer, index, isLast)
  if (part.markdown === '') return null
  const unfinished = part.state === 'writing'
  if (slot.kind === 'new') {
    if (unfinished && !canEdit) return null
    return { kind: 'send', index, part, rank: state === 'writing' ? 'first' : 'final' }
  }
  if (slot.kind !== 'shown' || !canEdit || (slot.part && sameParts(slot.part, part))) return null
  const rank = state !== 'writing' ? 'final' : unfinished ? 'preview' : 'first'
  return { kind: 'edit', index, part, rank }
}

/** Full messages are done; the last one carries the answer's state and its controls. */
function partOf({ writer, state, controls }: Answer, index: number, isLast: boolean): Part {
  const markdown = writer.part(index)
  return isLast ? { markdown, state, controls: controls(state) } : { markdown, state: 'done', controls: [] }
}

function sameParts(one: Part, other: Part): boolean {
  return (
    one.markdown === other.markdown &&
    one.state === other.state &&
    one.controls.length === other.controls.length &&
    one.controls.every((control, at) => control === other.controls[at])
  )
}
