import type { MessageRef } from '../../../src/ports/event.ts'
import type { Control, Part } from '../../../src/ports/platform.ts'

export interface Author {
  readonly id: string
  readonly name: string
  readonly bot: boolean
}

export interface Attachment {
  readonly id: string
  readonly name: string
  readonly type: string
  /** Bytes. */
  readonly size: number
  readonly url: string
  /** What it shows or says, for those who can't see or hear it; of files that Parley made. */
  readonly description?: string
  /** Of a sound: its length, where known. */
  readonly seconds?: number
  /** Recorded here as a voice note. */
  readonly voice?: true
}

/** A message as the pages see it. */
export interface Message {
  /** Unique within its channel. */
  readonly id: string
  readonly channel: string
  /** The id of the message at the thread's head; null at the channel's top level. */
  readonly thread: string | null
  /** Messages in the thread under this one. */
  readonly replies: number
  readonly author: Author
  readonly text: string
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly editedAt: number | null
  /** Null for what people write. */
  readonly state: Part['state'] | null
  readonly controls: readonly Control[]
  readonly files: readonly Attachment[]
  /** The only person who sees it; null = everyone in the channel. */
  readonly privateTo: string | null
  readonly thumb: 'up' | 'down' | null
}

/** A message as it is stored. */
export interface Stored extends Message {
  /** The thread of the conversation key under which it is answered or is an answer; null = not for Parley. */
  readonly conversation: string | null
  /** How often its author changed it. */
  readonly edits: number
}

export const parley: Author = { id: 'parley', name: 'Parley', bot: true }

export const refOf = (message: Message): MessageRef => ({ channel: message.channel, id: message.id })

export function toWire(stored: Stored): Message {
  const { conversation: _conversation, edits: _edits, ...message } = stored
  return message
}

/** Whether this person may see it: what is said in private, and other people's direct channels, they may not. */
export const visibleTo = (author: string, message: Message): boolean =>
  onlyFor(message) === null || onlyFor(message) === author

/** The one person who may see it, or null. */
export const onlyFor = (message: Message): string | null => message.privateTo ?? directWith(message.channel)

const directPrefix = 'direct-'

/** The channel between a person and Parley. */
export const directChannel = (author: string): string => `${directPrefix}${author}`

/** Whose direct channel it is; null for the others. */
export const directWith = (channel: string): string | null =>
  channel.startsWith(directPrefix) ? channel.slice(directPrefix.length) : null
