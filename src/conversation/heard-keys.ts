import { heardKey } from '../media/hearing.ts'
import type { FileRef } from '../ports/event.ts'
import { conversationKey, keysToAll } from './keys.ts'

type Message = { readonly files?: readonly Pick<FileRef, 'id'>[] } | object | undefined

/** What leads to an answer that was taken back, and what was heard in its question. */
export const keysTakenBack = (
  conversation: string,
  parts: Parameters<typeof keysToAll>[1],
  asked: readonly Message[],
): string[] => [...keysToAll(conversation, parts), ...heardKeysIn(conversation, asked)]

/** Of those recordings that the message has no more. */
export function heardKeysGone(conversation: string, before: Message, now: Message): string[] {
  const still = heardKeysIn(conversation, [now])
  return heardKeysIn(conversation, [before]).filter((key) => !still.includes(key))
}

/** Where what was heard in the recordings of these messages is kept: it goes when they are deleted. */
export function heardKeysIn(conversation: string, messages: readonly Message[]): string[] {
  const at = conversationKey(conversation)
  const files = messages.flatMap((message) => (message && 'files' in message ? (message.files ?? []) : []))
  return files.map(({ id }) => heardKey(at, id))
}
