import type { MessageRef } from '../ports/event.ts'
import { conversationKey, isThreadless, knownKey, refKey, turnKey } from './keys.ts'
import type { StoredMessage, StoredTurn } from './memory.ts'

/** The messages of an exchange: those of `messages`, and the answer's. */
export const refsOf = (
  { parts }: Pick<StoredTurn, 'parts'>,
  messages: readonly (StoredMessage | undefined)[],
): MessageRef[] => [
  ...messages.flatMap((message) => message?.ref ?? []),
  ...parts.flatMap((part) => part.ref ?? []),
]

/** What leads from an exchange's messages to it, and to their conversation. */
export function leadingTo(conversation: string, turn: StoredTurn, refs: readonly MessageRef[]) {
  const place = conversationKey(conversation)
  const value = turnKey(conversation, turn.epoch, turn.answer)
  const isOutside = turn.replyTo !== undefined || isThreadless(place)
  return refs.flatMap((ref) => [
    { key: refKey(conversation, ref), value },
    ...(isOutside ? [{ key: knownKey(place, ref), value: conversation }] : []),
  ])
}
