import { type APIMessage, Routes } from 'discord-api-types/v10'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import type { PacedGet } from '../paced-get.ts'
import { type Incoming, isTalk } from './incoming.ts'
import { wholeMessage } from './whole.ts'

/** A message that somebody changed. */
export type Edited = Incoming & { readonly edited_timestamp: string }

/** A change of a message as the gateway tells it: anything but its ids may be left out. */
export type Change = Partial<Incoming>

/** Milliseconds. */
const limit = 5_000

const isToldInFull = ({ author, mentions, content }: Change): boolean =>
  [author, mentions, content].every((field) => field !== undefined && field !== null)

/** A change without words is none of theirs; one told in full says when it was made. */
export const mayBeTyped = (change: Change): boolean =>
  typeof change.content === 'string' && (!isToldInFull(change) || Boolean(change.edited_timestamp))

/**
 * The message as it is now, fetched where it was told in part; null where nobody typed, or it is gone. Rejects where it
 * can't be had now.
 */
export async function changedMessage(
  change: Change,
  part: Incoming,
  { get, clock, signal }: { readonly get: PacedGet; readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Edited | null> {
  const message = isToldInFull(change) ? part : await fetched()
  const edited_timestamp = message?.edited_timestamp
  // Without it nobody typed: a link got its preview, a thread was opened.
  return message && edited_timestamp && isTalk(message) ? { ...message, edited_timestamp } : null

  async function fetched(): Promise<Incoming | null> {
    const route = Routes.channelMessage(part.channel_id, part.id)
    const got = await within({ clock, limit, signal }, (own) => get<APIMessage>({ route }, own))
    if (got.kind === 'done') return wholeMessage({ ...got.body, ...change })
    if (got.passing) throw got.cause
    return null
  }
}
