import { type APIMessage, Routes } from 'discord-api-types/v10'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { Part, SendOptions } from '../../src/ports/platform.ts'
import { createRecent } from '../../src/recent.ts'
import { creation, revision } from './body.ts'
import { limits, measure } from './limits.ts'
import { code, isDeadToken, isReplyRefused, outcomeOf, ratedBy } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Reply, WireRequest } from './request.ts'
import type { Via } from './via.ts'

/** A channel that is forgotten costs one refusal. */
const REMEMBERED = 1_000
/** Then it is tried again: the permission may have been given. */
const UNREADABLE_MS = 600_000

/** Sends one message of an answer: into the channel, or as an interaction's reply. */
export function createSending({ wire, ways, deferrals, clock }: Outgoing) {
  /** Where the bot may write, but can't read what was written. */
  const unreadable = createRecent<{ readonly until: number }>(REMEMBERED)
  const isUnreadable = (channel: string): boolean =>
    (unreadable.get(channel)?.until ?? Number.NEGATIVE_INFINITY) > clock.elapsed()

  async function send(place: Place, part: Part, how: SendOptions): Promise<Outcome> {
    const { signal } = how
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    if (measure(part.markdown) > limits.message) return { kind: 'too_long' }
    const way = ways.of(place, how.privateTo)
    switch (way.kind) {
      case 'closed':
        return { kind: 'forbidden', why: way.why }
      case 'channel':
        return write(way.channel, place, part, how)
      case 'interaction':
        if (await usable(way.via, signal)) return reply(way.via, place, part, how)
        if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
        ways.bury(way.via)
        return send(place, part, how)
    }
  }

  async function write(channel: string, place: Place, part: Part, how: SendOptions): Promise<Outcome> {
    const repliesTo = how.index === 0 && !isUnreadable(channel) ? place.replyTo?.id : undefined
    const request = toChannel(channel, place, part, how, repliesTo)
    const reply = await wire.call<APIMessage>(request, how.signal)
    if (repliesTo === undefined || !isReplyRefused(reply)) return outcomeOf(reply, refIn)
    unreadable.set(channel, { until: clock.elapsed() + UNREADABLE_MS })
    return {
      ...ratedBy(reply),
      kind: 'not_sent',
      cause: new Error(
        'Without Read Message History nothing can be replied to: it goes as a message of its own',
      ),
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
    let answer = await wire.call<APIMessage>(request, signal)
    // Tries whose replies were lost count as well. What comes with the whole answer is worth the place of its beginning.
    const isFull = answer.kind === 'refused' && answer.code === code.tooManyFollowUps
    if (isFull && part.file && !aside)
      answer = await wire.call<APIMessage>(original(via, place, part), signal)
    if (!isDeadToken(answer)) {
      const outcome = outcomeOf(answer, refIn)
      if (outcome.kind === 'sent' && aside) ways.aside(outcome.ref, via)
      return outcome
    }
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

/** Null: no message, whatever it is that was answered. */
function refIn(message: Partial<APIMessage> | null | undefined): MessageRef | null {
  const { channel_id: channel, id } = message ?? {}
  return typeof channel === 'string' && typeof id === 'string' ? { channel, id } : null
}

export const refOf = (message: APIMessage): MessageRef => ({ channel: message.channel_id, id: message.id })

const never = (): never => {
  throw new Error('a removal makes no message')
}

function toChannel(
  channel: string,
  place: Place,
  part: Part,
  { nonce }: SendOptions,
  repliesTo: string | undefined,
): WireRequest {
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
