import { Routes } from 'discord-api-types/v10'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { Part } from '../../src/ports/platform.ts'
import { revision } from './body.ts'
import { isVoice } from './cargo.ts'
import { limits, measure } from './limits.ts'
import { isOutcome, type Loading } from './loading.ts'
import { code, isDeadToken, outcomeOf, ratedBy } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Reply, WireRequest } from './request.ts'
import { isAsleep, wake } from './waking.ts'

type Change = Pick<WireRequest, 'method' | 'body' | 'files'> & { readonly part?: Part }

/** Edits and removes messages of an answer, by the way that is open to them now. */
export function createEditing({ wire, ways, loading }: Outgoing & { loading: Loading }) {
  async function change(
    place: Place,
    at: MessageRef,
    { part, ...what }: Change,
    signal: AbortSignal,
  ): Promise<Outcome> {
    const outcome = (reply: Reply<unknown>): Outcome => {
      if (reply.kind === 'refused' && reply.code === code.voiceIsFixed)
        return { ...ratedBy(reply), kind: 'fixed' }
      return (part && loading.refused(place, part, reply)) ?? outcomeOf(reply, () => at)
    }
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    const way = ways.to(place, at)
    if (way.kind === 'closed') return { kind: 'forbidden', why: way.why }
    if (way.kind === 'channel') {
      const route = Routes.channelMessage(at.channel, at.id)
      const reply = await wire.call<unknown>({ ...what, route }, signal)
      return isAsleep(reply) ? wake(wire, at.channel, signal) : outcome(reply)
    }
    const { via } = way
    const route = Routes.webhookMessage(via.application, via.token, at.id)
    const reply = await wire.call<unknown>({ ...what, route, auth: false }, signal)
    if (isAsleep(reply) && via.reachable) return wake(wire, at.channel, signal)
    // A message that is gone is not found either; only where another way is open is that worth a try.
    const isMissing = reply.kind === 'refused' && reply.code === code.unknownMessage
    if (isMissing && (!via.reachable || via.private)) {
      // A button's token finds the button's message and its own follow-ups, not the rest of the answer.
      return via.kind === 'component' ? { ...ratedBy(reply), kind: 'out_of_reach' } : outcome(reply)
    }
    if (!isDeadToken(reply)) return outcome(reply)
    // The token died, or the message was sent as the bot after it had failed once: the next try finds another way, or none.
    ways.bury(via)
    return {
      kind: 'not_sent',
      cause: new Error('Discord does not find this message under the interaction’s token'),
    }
  }

  return {
    async edit(place: Place, at: MessageRef, part: Part, signal: AbortSignal): Promise<Outcome> {
      if (measure(part.markdown) > limits.message) return { kind: 'too_long' }
      // A voice message can't be changed.
      if (isVoice(part)) return { kind: 'fixed' }
      const way = ways.to(place, at)
      const cargo = way.kind === 'closed' ? null : await loading.cargoOf(place, part, way)
      if (isOutcome(cargo)) return cargo
      return change(place, at, { method: 'PATCH', ...revision(place, { ...part, cargo }), part }, signal)
    },
    remove: (place: Place, at: MessageRef, signal: AbortSignal): Promise<Outcome> =>
      change(place, at, { method: 'DELETE' }, signal),
  }
}
