import { type APIMessage, MessageFlags, Routes } from 'discord-api-types/v10'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Sent } from '../../src/ports/platform.ts'
import type { Outgoing } from './outgoing.ts'
import { refOf } from './sending.ts'
import type { Via } from './via.ts'
import { channelOf } from './ways.ts'
import type { Reply } from './wire.ts'

/** Further back nobody looks: it is called right after the send whose answer was lost. */
const LOOK_BACK = 50

/**
 * Looks for a message whose send was not confirmed. Discord gives a message's nonce back only for some minutes; after
 * that what is there is not found any more.
 */
export const createFinding =
  ({ wire, ways, self }: Outgoing) =>
  async (sent: Sent, place: Place, signal: AbortSignal): Promise<MessageRef | null> => {
    const way = ways.of(place)
    switch (way.kind) {
      case 'closed':
        throw new Error(way.why)
      case 'interaction':
        return findReply(way.via, sent)
      case 'channel':
        return findIn(way.channel, sent)
    }

    async function latest(channel: string): Promise<APIMessage[]> {
      const query = { limit: String(LOOK_BACK) }
      const route = Routes.channelMessages(channel)
      return bodyOf(await wire.call<APIMessage[]>({ method: 'GET', route, query }, signal)) ?? []
    }

    async function findIn(channel: string, { nonce }: Sent): Promise<MessageRef | null> {
      const me = self()
      const found = (await latest(channel)).find(
        (message) => message.nonce === nonce && (me === null || message.author.id === me),
      )
      return found ? refOf(found) : null
    }

    async function findReply(via: Via, { index }: Sent): Promise<MessageRef | null> {
      if (via.kind === 'command' && index > 0 && via.reachable && !via.private)
        return findFollowUp(via, index)
      // Follow-ups carry no nonce, and these stand in no channel that could be read.
      if (via.kind === 'component' || index > 0)
        throw new Error('Discord does not say which of an interaction’s follow-ups this is')
      const route = Routes.webhookMessage(via.application, via.token, '@original')
      const message = bodyOf(await wire.call<APIMessage>({ method: 'GET', route, auth: false }, signal))
      const filled = message !== null && ((message.flags ?? 0) & MessageFlags.Loading) === 0
      return filled ? refOf(message) : null
    }

    /** Sent one after the other, they are known by their order. */
    async function findFollowUp(via: Via, index: number): Promise<MessageRef | null> {
      const replies = (await latest(channelOf(place)))
        .filter((message) => message.interaction_metadata?.id === via.interaction)
        .sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1))
      const [first] = replies
      // Only follow-ups name the reply that they follow.
      if (!first || first.interaction_metadata?.original_response_message_id !== undefined)
        throw new Error('The reply to the command is too far back to count from')
      const found = replies[index]
      return found ? refOf(found) : null
    }
  }

/** Null: it is not there. Throws when Discord did not say. */
function bodyOf<T>(reply: Reply<T>): T | null {
  if (reply.kind === 'done') return reply.body
  if (reply.kind === 'refused' && reply.status === 404) return null
  const cause = 'cause' in reply ? reply.cause : undefined
  throw new Error(`Discord did not show the messages (${reply.kind})`, { cause })
}
