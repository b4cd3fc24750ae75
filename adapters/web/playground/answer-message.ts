import { isChain } from '../../../src/conversation/keys.ts'
import type { MessageRef, Place } from '../../../src/ports/event.ts'
import type { Part } from '../../../src/ports/platform.ts'
import { parley, type Stored } from './message.ts'

/** An answer's message as the playground keeps it. */
export const answer = (
  place: Place,
  part: Part,
  ref: MessageRef,
  privateTo: string | null,
  at: number,
): Stored => ({
  ...ref,
  ...shown(part),
  thread: threadOf(place),
  replies: 0,
  author: parley,
  at,
  editedAt: null,
  files: [],
  privateTo,
  thumb: null,
  conversation: place.conversation.thread,
  edits: 0,
})

export const shown = (part: Part) => ({ text: part.markdown, state: part.state, controls: part.controls })

/** The nonce is the id: so a send that is repeated finds what the first one made. */
export const idOf = (nonce: string): string => `p-${Buffer.from(nonce).toString('base64url')}`

/** Answers that stand in no thread are shown in the channel itself. */
export function threadOf(place: Place): string | null {
  const { conversation, replyTo } = place
  const standsInThread = conversation.thread !== '' && !isChain(conversation) && replyTo === undefined
  return standsInThread ? conversation.thread : null
}
