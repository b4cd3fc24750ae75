import type { Place } from '../ports/event.ts'
import type { Part, Platform, TextFile } from '../ports/platform.ts'
import type { Answer } from './plan.ts'
import type { Slot } from './slots.ts'

/**
 * An answer that needs more messages than the platform's people want to see ends in a message with a file: the last
 * one allowed says so, and carries the whole text once it is whole. Until then it changes no more.
 */

const GOES_ON = '*The answer goes on. It comes as a file when it is whole.*'
const IN_FILE = '*The whole answer is in the file.*'
const BEGUN_IN_FILE = '*What was written of the answer is in the file.*'
const FILE_NAME = 'answer.md'

/** `Answer.mostMessages` at this place. */
export function mostMessagesAt(
  place: Place,
  { platform, privateTo }: { readonly platform: Platform; readonly privateTo?: string },
): number | null {
  const isHidden = privateTo !== undefined && platform.can.privateFiles === false
  return isHidden || platform.takesFiles?.(place) === false ? null : platform.limits.messagesPerAnswer
}

/** How many messages show the answer's text now. */
export function messagesOf(answer: Answer): number {
  return Math.min(answer.writer.count(), most(answer))
}

/** Whether message `index` stands for the rest of the answer. */
export function overflowsIn(answer: Answer, index: number): boolean {
  return index === most(answer) - 1 && answer.writer.count() > most(answer)
}

/** What the message says, and what it carries. */
export function overflowPart({ writer, state }: Answer): Pick<Part, 'markdown' | 'file'> {
  if (state === 'writing') return { markdown: GOES_ON }
  const mark = writer.mark()
  const file: TextFile = { kind: 'text', name: FILE_NAME, text: writer.text() }
  const words = state === 'done' ? IN_FILE : BEGUN_IN_FILE
  return { markdown: mark === '' ? words : `${words}\n\n${mark}`, file }
}

/** Another message takes the place of one that nobody can find again, or change: it can't be the one with the file. */
function most({ mostMessages, slots }: Answer): number {
  if (mostMessages === null) return Number.POSITIVE_INFINITY
  let lost = 0
  for (let index = 0; index < slots.count(); index++)
    if (slots.file(index) === null && isOut(slots.get(index))) lost++
  return Math.max(1, mostMessages) + lost
}

const isOut = (slot: Slot): boolean => slot.kind === 'lost' || (slot.kind === 'shown' && slot.fixed === true)
