import { type Fields, textOf, tsOf } from '../fields.ts'
import { type Incoming, incomingOf } from './incoming.ts'

/** What happened to a message that stood already. */
export type Change =
  /** `at`: makes this change known from others of the same message. */
  | { readonly kind: 'edited'; readonly message: Incoming; readonly at: string }
  | { readonly kind: 'deleted'; readonly message: Incoming }
  /** A link got its preview, somebody answered below, an app changed its own. */
  | { readonly kind: 'nothing' }

const nothing: Change = { kind: 'nothing' }

/** Reads `message_changed` and `message_deleted`. */
export function changeOf(event: Fields): Change {
  const before = incomingOf(event.previous_message, event.channel)
  if (event.subtype === 'message_deleted') {
    const bare = { channel: event.channel, ts: event.deleted_ts }
    const message = before ?? incomingOf(bare)
    return message === null ? nothing : { kind: 'deleted', message }
  }
  const message = incomingOf(event.message, event.channel)
  if (message === null) return nothing
  // What has answers below it leaves a stone when it is deleted, which says nothing of its author.
  if (message.subtype === 'tombstone') return { kind: 'deleted', message: before ?? message }
  const at = message.edited ?? tsOf(event.event_ts) ?? tsOf(event.ts)
  if (at === null || !isOther(message, before)) return nothing
  return { kind: 'edited', message, at }
}

/** Whether somebody changed its words or its files. Without the message as it was, what says that it was edited is believed. */
function isOther(now: Incoming, before: Incoming | null): boolean {
  if (before === null) return now.edited !== null
  return now.text !== before.text || filesIn(now) !== filesIn(before)
}

const filesIn = ({ files }: Incoming): string =>
  JSON.stringify(files.map(({ id, mode }) => [textOf(id), textOf(mode)]))
