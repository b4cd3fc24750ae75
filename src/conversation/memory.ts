import type { FileRef, MessageRef, Person, Quote } from '../ports/event.ts'
import type { DraftPart } from '../ports/inbox.ts'
import type { Store, StoreEntry } from '../ports/store.ts'
import { heardKeysGone, heardKeysIn } from './heard-keys.ts'
import { readWindow, sweepHistory } from './history-walk.ts'
import { headKey, keysTo, keysToAll, messageKey, partKey, refKey, turnKey } from './keys.ts'
import { leadingTo, refsOf } from './leading-to.ts'
import { soundsOf } from './noting-aloud.ts'
import type { Task } from './task.ts'
import { createWhereabouts, type Whereabouts } from './whereabouts.ts'

/**
 * What a conversation remembers: a message a key, numbered, with its token count beside it. A turn reads the head
 * and as many messages backwards as its window holds, whatever the length of the history.
 */
export interface StoredMessage {
  readonly role: 'user' | 'assistant'
  readonly text: string
  /** An answer that did not end there. Absent = false. */
  readonly broken?: boolean
  /** Of its words and quotes. */
  readonly tokens: number
  /** What its files, and the pictures behind its links, take beside that. Absent = they were not read since the message is as it is. */
  readonly fileTokens?: number
  readonly at: number
  /** null for answers. */
  readonly by: { readonly id: string; readonly name: string } | null
  readonly ref: MessageRef | null
  readonly files: readonly FileRef[]
  readonly quotes: readonly Quote[]
  /** Answers that failed or were refused before any word are kept for Retry, but not shown to the model. */
  readonly hidden: boolean
  /** The event that made it read so: a second try of that one goes on. */
  readonly edit?: string
}

/** One exchange, so that Regenerate, edits and deletes find what belongs together. */
export interface StoredTurn {
  readonly turn: string
  readonly epoch: number
  /** Numbers of the questions, and of the answer. */
  readonly asked: readonly number[]
  readonly answer: number
  readonly parts: readonly DraftPart[]
  /** Messages in which the answer is read aloud: they go when it goes; and who wanted that. */
  readonly spoken?: readonly DraftPart[]
  readonly spokenTo?: readonly string[]
  /** Messages in which what it said before is read aloud, and that could not be removed yet. */
  readonly outdated?: readonly DraftPart[]
  readonly askers: readonly string[]
  readonly by: Person
  readonly thumbs: Readonly<Record<string, 'up' | 'down'>>
  /** `Place.replyTo` of the answer: it stands in no thread. */
  readonly replyTo?: MessageRef
  /** Absent = the model answered. */
  readonly task?: Task
  /** What the answer answers, as `answersOf` says it: changed or deleted words want another. */
  readonly answers?: string
}

/** `epoch` grows with each fresh start (`/new`); numbers count from 0 in each. */
export interface Head {
  readonly epoch: number
  readonly next: number
}

export interface Window {
  readonly messages: readonly StoredMessage[]
  readonly tokens: number
}

export interface Memory {
  readonly whereabouts: Whereabouts
  head(conversation: string): Promise<Head | null>
  /** Parley takes part in this conversation, for as long as history is kept after its last message. */
  join(conversation: string): Promise<void>
  takesPart(conversation: string): Promise<boolean>
  /**
   * The newest messages with a number below `before` that together hold at most `tokens`, oldest first. In the place
   * of one that is larger than that by itself a sentence says so. Files are left out where only their words fit.
   */
  window(conversation: string, head: Head, before: number, tokens: number): Promise<Window>
  message(conversation: string, epoch: number, seq: number): Promise<StoredMessage | null>
  /** The turn that a message, question or answer, belongs to. */
  turnOf(conversation: string, ref: MessageRef): Promise<StoredTurn | null>
  /** What has to be written so that the exchange is remembered; committed by whoever settles the turn. */
  entries(
    conversation: string,
    head: Head,
    turn: StoredTurn,
    messages: ReadonlyMap<number, StoredMessage>,
  ): StoreEntry[]
  /** Replaces one message's record in place. What was heard in recordings that it has no more is forgotten. */
  rewrite(conversation: string, epoch: number, seq: number, message: StoredMessage): Promise<void>
  /** The same for the exchange, whose answer may have more messages now. */
  rewriteTurn(conversation: string, turn: StoredTurn): Promise<void>
  /** Deletes an exchange, or one question of it. */
  dropTurn(conversation: string, turn: StoredTurn): Promise<void>
  dropQuestion(conversation: string, turn: StoredTurn, seq: number): Promise<void>
  /** A fresh start: the head that, once committed, puts everything up to `head` out of reach. */
  forget(conversation: string, head: Head): StoreEntry
  /** Deletes what a committed fresh start put out of reach. What is left when it is broken off expires as all history does. */
  sweep(conversation: string, head: Head, signal: AbortSignal): Promise<void>
}

/** `ttl`: how long history is kept, in milliseconds. */
export function createMemory(store: Store, ttl: number): Memory {
  const messagesOf = (conversation: string, turn: StoredTurn) =>
    store.getMany<StoredMessage>(turn.asked.map((seq) => messageKey(conversation, turn.epoch, seq)))

  return {
    whereabouts: createWhereabouts(store, ttl),

    async head(conversation) {
      return (await store.get<Head>(headKey(conversation))) ?? null
    },

    async join(conversation) {
      await store.set(partKey(conversation), true, ttl)
    },

    async takesPart(conversation) {
      return (await store.get(partKey(conversation))) !== undefined
    },

    window: (conversation, head, before, tokens) => readWindow(store, conversation, head, before, tokens),

    async message(conversation, epoch, seq) {
      return (await store.get<StoredMessage>(messageKey(conversation, epoch, seq))) ?? null
    },

    async turnOf(conversation, ref) {
      const key = await store.get<string>(refKey(conversation, ref))
      return key === undefined ? null : ((await store.get<StoredTurn>(key)) ?? null)
    },

    entries(conversation, head, turn, messages) {
      return [
        { key: headKey(conversation), value: head, ttl },
        { key: turnKey(conversation, turn.epoch, turn.answer), value: turn, ttl },
        ...[...messages].map(([seq, value]) => ({
          key: messageKey(conversation, turn.epoch, seq),
          value,
          ttl,
        })),
        ...leadingTo(conversation, turn, refsOf(turn, [...messages.values()])).map((entry) => ({
          ...entry,
          ttl,
        })),
      ]
    },

    async rewrite(conversation, epoch, seq, message) {
      const before = await store.get<StoredMessage>(messageKey(conversation, epoch, seq))
      await store.deleteMany(heardKeysGone(conversation, before, message))
      await store.set(messageKey(conversation, epoch, seq), message, ttl)
    },

    async rewriteTurn(conversation, turn) {
      await store.set(turnKey(conversation, turn.epoch, turn.answer), turn, ttl)
      const entries = leadingTo(conversation, turn, refsOf(turn, []))
      await Promise.all(entries.map(({ key, value }) => store.set(key, value, ttl)))
    },

    async dropTurn(conversation, turn) {
      const asked = await messagesOf(conversation, turn)
      await store.deleteMany([
        turnKey(conversation, turn.epoch, turn.answer),
        messageKey(conversation, turn.epoch, turn.answer),
        ...turn.asked.map((seq) => messageKey(conversation, turn.epoch, seq)),
        ...refsOf(turn, asked).flatMap((ref) => keysTo(conversation, ref)),
        ...heardKeysIn(conversation, asked),
        ...keysToAll(conversation, soundsOf(turn)),
      ])
    },

    async dropQuestion(conversation, turn, seq) {
      const gone = await store.get<StoredMessage>(messageKey(conversation, turn.epoch, seq))
      await store.set(
        turnKey(conversation, turn.epoch, turn.answer),
        { ...turn, asked: turn.asked.filter((other) => other !== seq) },
        ttl,
      )
      await store.deleteMany([
        messageKey(conversation, turn.epoch, seq),
        ...(gone?.ref ? keysTo(conversation, gone.ref) : []),
        ...heardKeysIn(conversation, [gone]),
      ])
    },

    forget: (conversation, head) => ({
      key: headKey(conversation),
      value: { epoch: head.epoch + 1, next: 0 } satisfies Head,
      ttl,
    }),

    sweep: (conversation, head, signal) => sweepHistory(store, conversation, head, signal),
  }
}
