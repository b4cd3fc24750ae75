import type { InboundEvent, Person, Place } from '../../../src/ports/event.ts'
import type { Address } from './address.ts'
import type { Writer } from './authors.ts'
import type { Draft } from './bodies.ts'
import { fileRef } from './files.ts'
import { refOf, type Stored } from './message.ts'

/** What a person wrote, before anyone decided whom it is for. */
export const fresh = (draft: Draft, by: Writer, at: number): Stored => ({
  id: draft.id,
  channel: draft.channel,
  thread: draft.thread,
  replies: 0,
  author: { id: by.id, name: by.name, bot: false },
  text: draft.text,
  at,
  editedAt: null,
  state: null,
  controls: [],
  files: [],
  privateTo: null,
  thumb: null,
  conversation: null,
  edits: 0,
})

/** Unique over all channels: ids of messages are so only within theirs. Neither holds a colon. */
export const nameOf = (message: Stored): string => `${message.channel}:${message.id}`

/** What the engine hears of a message; its id is the same each time. */
export function eventOf(
  message: Stored,
  address: Extract<Address, { kind: 'question' | 'command' }>,
  by: Person,
): InboundEvent {
  const heard = { at: message.at, place: address.place, by, message: refOf(message) }
  if (address.kind === 'command') {
    const { name, options } = address
    return { ...heard, kind: 'command', id: `command:${nameOf(message)}`, name, options }
  }
  const files = message.files.map(fileRef)
  return {
    ...heard,
    kind: 'message',
    id: `message:${nameOf(message)}`,
    text: address.text,
    files,
    quotes: [],
  }
}

export const editOf = (
  message: Stored,
  place: Place,
  by: Person,
  text: string,
  at: number,
): InboundEvent => ({
  kind: 'edit',
  id: `edit:${nameOf(message)}:${message.edits}`,
  at,
  place,
  by,
  message: refOf(message),
  text,
  files: message.files.map(fileRef),
})
