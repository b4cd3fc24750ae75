import type { ConversationKey, Place } from '../ports/event.ts'
import type { Spot } from '../ports/platform.ts'

/** Where answers go: a thread opened on the question, the question's reply chain, or the channel itself. */
export type ConversationMode = 'thread' | 'reply' | 'channel'

/**
 * The one place where a message's conversation is decided. A thread's id is the key from the first moment, also
 * while the thread is still to be opened, so a second message can't land in a second conversation.
 */
export function placeOf(spot: Spot, mode: ConversationMode): Place {
  const within = (thread: string): ConversationKey => ({
    platform: spot.platform,
    workspace: spot.workspace,
    channel: spot.channel,
    thread,
  })
  const { direct } = spot
  if (spot.thread !== null) return { conversation: within(spot.thread), root: null, direct }
  if (direct || mode === 'channel') return { conversation: within(''), root: null, direct }
  if (mode === 'reply' || spot.threadIfOpened === null) {
    return { conversation: within(`reply:${spot.message.id}`), root: null, direct }
  }
  return { conversation: within(spot.threadIfOpened), root: spot.message, direct }
}
