import type { ConversationKey, Place } from '../ports/event.ts'
import type { Spot } from '../ports/platform.ts'
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
  { find }: Pick<Whereabouts, 'find'>,
): Promise<Place> {
  const settled = settledPlace(spot, mode)
  if (settled !== null) return settled
  const { message, repliesTo, threadIfOpened, direct } = spot
  const known = await find(spot, message, repliesTo)
  // What was said in another channel stays there, whatever a message refers to.
  if (known?.conversation.channel !== spot.channel) return newPlace(spot, mode)
  const { conversation, own } = known
  return own && conversation.thread === threadIfOpened
    ? { conversation, root: message, direct }
    : { conversation, root: null, replyTo: message, direct }
}

/** Where there is only one conversation that it can belong to. */
function settledPlace(spot: Spot, mode: ConversationMode): Place | null {
  const { thread, direct } = spot
  if (thread !== null) return { conversation: within(spot, thread), root: null, direct }
  if (direct || mode === 'channel') return { conversation: within(spot, ''), root: null, direct }
  return null
}

function newPlace(spot: Spot, mode: ConversationMode): Place {
  const { message, threadIfOpened, direct } = spot
  if (mode === 'reply' || threadIfOpened === null) {
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
