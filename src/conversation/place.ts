import type { ConversationKey, Place } from '../ports/event.ts'
import type { Spot } from '../ports/intake.ts'
import { chainFrom } from './keys.ts'
import type { Whereabouts } from './whereabouts.ts'

/** Where answers go: a thread opened on the question, the question's reply chain, or the channel itself. */
export type ConversationMode = 'thread' | 'reply' | 'channel'

/**
 * The one place where a message's conversation is decided. A thread's id is the key from the first moment, also
 * while the thread is still to be opened, so a second message can't land in a second conversation.
 */
export function placeOf(spot: Spot, mode: ConversationMode): Place {
  return settledPlace(spot, mode) ?? newPlace(spot, mode)
}

/** The same for a message that may belong to a conversation without a thread: its own, or that of what it replies to. */
export async function findPlace(
  spot: Spot,
  mode: ConversationMode,
  known: Pick<Whereabouts, 'find'>,
): Promise<Place> {
  const settled = settledPlace(spot, mode)
  if (settled !== null) return (await carriedOn(spot, known)) ?? settled
  const { message, repliesTo, threadIfOpened, direct } = spot
  const standing = await known.find(spot, message, repliesTo)
  // What was said in another channel stays there, whatever a message refers to.
  if (standing?.conversation.channel !== spot.channel) return newPlace(spot, mode)
  const { conversation, own } = standing
  return own && conversation.thread === threadIfOpened
    ? { conversation, root: message, direct }
    : { conversation, root: null, replyTo: message, direct }
}

/**
 * Where a thread is no more than what was written under one message (Slack), that message may stand in a conversation
 * without a thread: what is said under it goes on with that one. null: the thread is a conversation of its own.
 */
async function carriedOn(spot: Spot, known: Pick<Whereabouts, 'find'>): Promise<Place | null> {
  const { thread, repliesTo: root, repliedAs, channel, direct } = spot
  if (root === null || root.id !== thread || root.channel !== channel) return null
  const standing = await known.find(spot, spot.message, repliedAs ?? root)
  if (standing?.conversation.channel !== channel || standing.conversation.thread === thread) return null
  return { conversation: standing.conversation, root: null, replyTo: root, direct }
}

/** Where there is only one conversation that it can belong to. */
function settledPlace(spot: Spot, mode: ConversationMode): Place | null {
  const { thread, threadIfOpened, threads = false, direct } = spot
  if (thread !== null) return { conversation: within(spot, thread), root: null, direct }
  const isWhole = mode === 'channel' || (direct && threadIfOpened === null && !threads)
  return isWhole ? { conversation: within(spot, ''), root: null, direct } : null
}

function newPlace(spot: Spot, mode: ConversationMode): Place {
  const { message, threadIfOpened, direct } = spot
  // Between two people a chain of replies would be one thread more.
  if ((mode === 'reply' && !direct) || threadIfOpened === null) {
    return { conversation: within(spot, chainFrom(message)), root: null, replyTo: message, direct }
  }
  return { conversation: within(spot, threadIfOpened), root: message, direct }
}

const within = ({ platform, workspace, channel }: Spot, thread: string): ConversationKey => ({
  platform,
  workspace,
  channel,
  thread,
})
