import type { ConversationKey, MessageRef } from '../ports/event.ts'
import type { Store } from '../ports/store.ts'
import { conversationId, conversationKey, knownKey } from './keys.ts'

/**
 * To which conversation a message belongs that stands outside every thread: the questions and answers of reply chains,
 * and those for which no thread could be opened. Kept as long as history; a turn's are committed with it (`Memory.entries`).
 */
export interface Whereabouts {
  /** That of the first of these messages which is known to belong to any. */
  conversationOf(at: Where, messages: readonly MessageRef[]): Promise<ConversationKey | null>
  note(conversation: ConversationKey, message: MessageRef): Promise<void>
}

export type Where = Pick<ConversationKey, 'platform' | 'workspace'>

/** `ttl`: milliseconds. */
export function createWhereabouts(store: Store, ttl: number): Whereabouts {
  return {
    async conversationOf(at, messages) {
      const found = await store.getMany<string>(messages.map((message) => knownKey(at, message)))
      const id = found.find((each) => each !== undefined)
      return id === undefined ? null : conversationKey(id)
    },
    async note(conversation, message) {
      await store.set(knownKey(conversation, message), conversationId(conversation), ttl)
    },
  }
}
