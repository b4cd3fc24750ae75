import { type APIMessage, Routes } from 'discord-api-types/v10'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome, Part } from '../../src/ports/platform.ts'
import { revision } from './body.ts'
import { limits, measure } from './limits.ts'
import { isDeadToken, outcomeOf } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import { refOf } from './sending.ts'
import type { Reply, WireRequest } from './wire.ts'

type Change = Pick<WireRequest, 'method' | 'body' | 'files'>

/** Edits and removes messages of an answer, by the way that is open to them now. */
export function createEditing({ wire, ways }: Outgoing) {
  async function change<T>(
    place: Place,
    at: MessageRef,
    what: Change,
    signal: AbortSignal,
    refIn: (body: T) => MessageRef,
  ): Promise<Outcome> {
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    const way = ways.to(place, at)
    if (way.kind === 'closed') return { kind: 'forbidden', why: way.why }
    if (way.kind === 'channel')
      return outcomeOf(
        await wire.call<T>({ ...what, route: Routes.channelMessage(at.channel, at.id) }, signal),
        refIn,
      )
    const { via } = way
    const route = Routes.webhookMessage(via.application, via.token, at.id)
    const reply: Reply<T> = await wire.call<T>({ ...what, route, auth: false }, signal)
    if (!isDeadToken(reply) || !canGoOn()) return outcomeOf(reply, refIn)
    // Or the message was sent as the bot, after the token had failed once: the next try goes by the channel.
    ways.bury(via)
    return {
      kind: 'not_sent',
      cause: new Error('Discord does not find this message under the interaction’s token'),
    }

    function canGoOn(): boolean {
      return via.reachable && !via.private
    }
  }

  return {
    async edit(place: Place, at: MessageRef, part: Part, signal: AbortSignal): Promise<Outcome> {
      if (measure(part.markdown) > limits.message) return { kind: 'too_long' }
      return change<APIMessage>(place, at, { method: 'PATCH', ...revision(place, part) }, signal, refOf)
    },
    remove: (place: Place, at: MessageRef, signal: AbortSignal): Promise<Outcome> =>
      change<unknown>(place, at, { method: 'DELETE' }, signal, () => at),
  }
}
