import type { DraftFile } from '../ports/inbox.ts'
import type { Part } from '../ports/platform.ts'
import { type Below, controlsBelow } from './enclosed.ts'
import { messagesOf, overflowPart, overflowsIn } from './overflow.ts'
import type { Answer } from './plan.ts'

/** The text's messages, and those below them. */
export interface Layout {
  readonly texts: number
  readonly below: readonly Below[]
  readonly count: number
}

export function layoutOf(answer: Answer): Layout {
  const texts = messagesOf(answer)
  const below = answer.enclosed.below(answer)
  return { texts, below, count: texts + below.length }
}

/** How much of the text is shown up to the end of message `index`, in UTF-16 units. */
export function reachOf(answer: Answer, index: number): number {
  if (!overflowsIn(answer, index)) return answer.writer.reach(index)
  return index === 0 ? 0 : answer.writer.reach(index - 1)
}

/** What is to stand at one place. */
export interface Message {
  readonly part: Part
  readonly mark: DraftFile | null
  /** What is known to stand there is the same. */
  readonly isThere: boolean
}

export function messageAt(answer: Answer, index: number, { texts, below }: Layout): Message {
  const one = below[index - texts]
  if (!one) return { part: partOf(answer, index, index === texts - 1), mark: null, isThere: false }
  const { mark, ...rest } = one
  const state = answer.state === 'writing' ? 'writing' : 'done'
  const controls = texts > 0 ? [] : controlsBelow(below, index - texts, answer.controls(state))
  return { part: { ...rest, state, controls }, mark, isThere: answer.slots.file(index)?.id === mark.id }
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
