import type { ConversationKey, MessageRef, Place } from '../ports/event.ts'
import type { Store } from '../ports/store.ts'
import { conversationId, conversationKey, isThreadless, keysTo, knownKey, placedKey } from './keys.ts'

/**
 * To which conversation a message belongs that stands outside every thread: all questions there, and the answers of
 * reply chains, of channels that are one conversation, and those for which no thread could be opened. Kept as long as history; a turn's are committed with it
 * (`Memory.entries`). A question on which a thread is opened leads nobody there who replies to it in the channel.
 */
export interface Whereabouts {
  /** Where `message` was admitted, else where what it replies to stands. */
  find(at: Where, message: MessageRef, repliesTo: MessageRef | null): Promise<Standing | null>
  /** Of a question, before anything else is known of it. */
  noteQuestion(place: Place, message: MessageRef): Promise<void>
  /** Of an answer that stands in no thread. */
  noteAnswer(conversation: ConversationKey, messages: readonly MessageRef[]): Promise<void>
  forget(conversation: ConversationKey, message: MessageRef): Promise<void>
}

export interface Standing {
  readonly conversation: ConversationKey
  /** It is the message's own, and not that of what it replies to. */
  readonly own: boolean
}

export type Where = Pick<ConversationKey, 'platform' | 'workspace'>

/** `ttl`: milliseconds. */
export function createWhereabouts(store: Store, ttl: number): Whereabouts {
  return {
    async find(at, message, repliesTo) {
      const keys = [placedKey(at, message), knownKey(at, message)]
      if (repliesTo !== null) keys.push(knownKey(at, repliesTo))
      const [placed, known, followed] = await store.getMany<string>(keys)
      const own = placed ?? known
      const id = own ?? followed
      return id === undefined ? null : { conversation: conversationKey(id), own: own !== undefined }
    },
    async noteQuestion({ conversation, root, replyTo }, message) {
      if (root === null && replyTo === undefined && !isThreadless(conversation)) return
      const key = root === null ? knownKey(conversation, message) : placedKey(conversation, message)
      await store.set(key, conversationId(conversation), ttl)
    },
    async noteAnswer(conversation, messages) {
      const id = conversationId(conversation)
      await Promise.all(messages.map((message) => store.set(knownKey(conversation, message), id, ttl)))
    },
    async forget(conversation, message) {
      await store.deleteMany(keysTo(conversationId(conversation), message))
    },
  }
}
