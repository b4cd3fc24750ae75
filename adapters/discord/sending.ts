import { type APIMessage, Routes } from 'discord-api-types/v10'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Outcome } from '../../src/ports/outcome.ts'
import type { Part, SendOptions } from '../../src/ports/platform.ts'
import { createRecent } from '../../src/recent.ts'
import { creation, type Laden, revision } from './body.ts'
import { isVoice } from './cargo.ts'
import { limits, measure } from './limits.ts'
import { isOutcome, type Loading } from './loading.ts'
import { code, isDeadToken, isReplyRefused, outcomeOf, ratedBy } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Reply, WireRequest } from './request.ts'
import type { Via } from './via.ts'
import type { Way } from './ways.ts'

/** A channel that is forgotten costs one refusal. */
const REMEMBERED = 1_000
/** Then it is tried again: the permission may have been given. */
const UNREADABLE_MS = 600_000

/** Sends one message of an answer: into the channel, or as an interaction's reply. */
export function createSending({
  wire,
  ways,
  deferrals,
  clock,
  log,
  loading,
}: Outgoing & { loading: Loading }) {
  /** Where the bot may write, but can't read what was written. */
  const unreadable = createRecent<{ readonly until: number }>(REMEMBERED)
  const isUnreadable = (channel: string): boolean =>
    (unreadable.get(channel)?.until ?? Number.NEGATIVE_INFINITY) > clock.elapsed()

  async function send(place: Place, part: Part, how: SendOptions): Promise<Outcome> {
    const { signal } = how
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    if (measure(part.markdown) > limits.message) return { kind: 'too_long' }
    const way = wayFor(place, part, how)
    if (way.kind === 'closed') return { kind: 'forbidden', why: way.why }
    const cargo = await loading.cargoOf(place, part, way)
    if (isOutcome(cargo)) return cargo
    const laden = { ...part, cargo }
    if (way.kind === 'channel') return write(way.channel, place, laden, how)
    if (await usable(way.via, signal)) return reply(way.via, place, laden, how)
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    ways.bury(way.via)
    return send(place, part, how)
  }

  const wayFor = (place: Place, part: Part, { privateTo }: SendOptions): Way =>
    isVoice(part) ? ways.forVoice(place, privateTo) : ways.of(place, privateTo)

  /** A voice message that is the whole answer to a command: the reply would be "thinking" for good. */
  async function withoutReply(place: Place, { index, signal }: SendOptions): Promise<void> {
    const way = ways.of(place)
    if (index > 0 || way.kind !== 'interaction' || !(await usable(way.via, signal))) return
    const cleared = await clear(way.via, signal)
    if (cleared.kind !== 'done')
      log.warn({ interaction: way.via.interaction, kind: cleared.kind }, 'A command goes on “thinking”')
  }

  async function write(channel: string, place: Place, part: Laden, how: SendOptions): Promise<Outcome> {
    const repliesTo = how.index === 0 && !isUnreadable(channel) ? place.replyTo?.id : undefined
    const request = toChannel(channel, place, part, how, repliesTo)
    const reply = await wire.call<APIMessage>(request, how.signal)
    if (repliesTo === undefined || !isReplyRefused(reply)) {
      const outcome = loading.refused(place, part, reply) ?? outcomeOf(reply, refIn)
      if (outcome.kind === 'sent' && isVoice(part)) {
        ways.beside(outcome.ref)
        await withoutReply(place, how)
      }
      return outcome
    }
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

  async function reply(via: Via, place: Place, part: Laden, how: SendOptions): Promise<Outcome> {
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
    if (isFull && part.file?.kind === 'text' && !aside)
      answer = await wire.call<APIMessage>(original(via, place, part), signal)
    if (!isDeadToken(answer)) {
      const outcome = loading.refused(place, part, answer) ?? outcomeOf(answer, refIn)
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
  part: Laden,
  { nonce }: SendOptions,
  repliesTo: string | undefined,
): WireRequest {
  return {
    method: 'POST',
    route: Routes.channelMessages(channel),
    ...creation(place, part, { nonce, ...(repliesTo ? { repliesTo } : {}) }),
  }
}

const original = (via: Via, place: Place, part: Laden): WireRequest => ({
  method: 'PATCH',
  route: Routes.webhookMessage(via.application, via.token, '@original'),
  auth: false,
  ...revision(place, part),
})

const followUp = (via: Via, place: Place, part: Laden, ephemeral: boolean): WireRequest => ({
  method: 'POST',
  route: Routes.webhook(via.application, via.token),
  query: { wait: 'true' },
  auth: false,
  ...creation(place, part, { ephemeral }),
})
