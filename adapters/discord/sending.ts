import { type APIMessage, Routes } from 'discord-api-types/v10'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome, Part, SendOptions } from '../../src/ports/platform.ts'
import { creation, revision } from './body.ts'
import { limits, measure } from './limits.ts'
import { isDeadToken, outcomeOf } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Via } from './via.ts'
import type { Reply, WireRequest } from './wire.ts'

/** Sends one message of an answer: into the channel, or as an interaction's reply. */
export function createSending({ wire, ways, deferrals }: Outgoing) {
  async function send(place: Place, part: Part, how: SendOptions): Promise<Outcome> {
    const { signal } = how
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    if (measure(part.markdown) > limits.message) return { kind: 'too_long' }
    const way = ways.of(place, how.privateTo)
    switch (way.kind) {
      case 'closed':
        return { kind: 'forbidden', why: way.why }
      case 'channel':
        return outcomeOf(await wire.call<APIMessage>(toChannel(way.channel, place, part, how), signal), refOf)
      case 'interaction':
        if (await usable(way.via, signal)) return reply(way.via, place, part, how)
        if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
        ways.bury(way.via)
        return send(place, part, how)
    }
  }

  /** Until it was acknowledged Discord takes nothing under an interaction's token. */
  async function usable({ interaction }: Via, signal: AbortSignal): Promise<boolean> {
    try {
      return await deferrals.settled(interaction, signal)
    } catch {
      // Aborted: the caller sees it from the signal.
      return false
    }
  }

  async function reply(via: Via, place: Place, part: Part, how: SendOptions): Promise<Outcome> {
    const { signal } = how
    const aside = how.privateTo !== undefined && !(via.kind === 'command' && via.private)
    if (aside && via.kind === 'command' && how.index === 0) {
      const cleared = await clear(via, signal)
      if (cleared.kind !== 'done' && cleared.kind !== 'refused') return outcomeOf(cleared, never)
    }
    const filled = via.kind === 'command' && how.index === 0 && !aside
    const request = filled ? original(via, place, part) : followUp(via, place, part, aside || via.private)
    const answer = await wire.call<APIMessage>(request, signal)
    if (answer.kind === 'done' && aside) ways.aside(refOf(answer.body), via)
    if (!isDeadToken(answer)) return outcomeOf(answer, refOf)
    // One call at a time: the next try finds another way, or none.
    ways.bury(via)
    return { kind: 'not_sent', cause: new Error('Discord does not take this interaction’s token (any more)') }
  }

  /**
   * Discord makes the first follow-up of a deferred reply the reply itself, as public as it was deferred ("Create
   * Followup Message"). Words for one person therefore need it out of the way first.
   */
  const clear = (via: Via, signal: AbortSignal): Promise<Reply<unknown>> =>
    wire.call(
      {
        method: 'DELETE',
        route: Routes.webhookMessage(via.application, via.token, '@original'),
        auth: false,
      },
      signal,
    )

  return send
}

export const refOf = (message: APIMessage): MessageRef => ({ channel: message.channel_id, id: message.id })

const never = (): never => {
  throw new Error('a removal makes no message')
}

function toChannel(channel: string, place: Place, part: Part, { nonce, index }: SendOptions): WireRequest {
  const { replyTo } = place
  const repliesTo = index === 0 ? replyTo?.id : undefined
  return {
    method: 'POST',
    route: Routes.channelMessages(channel),
    ...creation(place, part, { nonce, ...(repliesTo ? { repliesTo } : {}) }),
  }
}

const original = (via: Via, place: Place, part: Part): WireRequest => ({
  method: 'PATCH',
  route: Routes.webhookMessage(via.application, via.token, '@original'),
  auth: false,
  ...revision(place, part),
})

const followUp = (via: Via, place: Place, part: Part, ephemeral: boolean): WireRequest => ({
  method: 'POST',
  route: Routes.webhook(via.application, via.token),
  query: { wait: 'true' },
  auth: false,
  ...creation(place, part, { ephemeral }),
})
