import { type APIMessage, MessageFlags, Routes } from 'discord-api-types/v10'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import type { Platform, SentBefore } from '../../src/ports/platform.ts'
import { idAt, idOf } from './catch-up/snowflake.ts'
import { hasStopOf } from './components.ts'
import { bodyOf, lookBack } from './looking-back.ts'
import type { Outgoing } from './outgoing.ts'
import { refOf } from './sending.ts'
import { readVia, type Via } from './via.ts'
import { channelOf } from './ways.ts'

type Finding = ReturnType<NonNullable<Platform['find']>>

/**
 * Discord gives a message's nonce back, and sends nothing twice under one, for "the past few minutes" (Discord's
 * documents, "Create Message"): so long at least.
 */
const NONCE_MS = 2 * 60_000
/** Discord's clock and ours may differ by so much. */
const SKEW_MS = 5_000

/**
 * Looks for a message whose send was not confirmed. As long as Discord gives its nonce back there is no doubt. Later it
 * is known by the question that it replies to, by its conversation's Stop button: answers before it have none any more, or
 * by being a file without words.
 * And that it was never sent is known by there being no such message at all.
 */
export const createFinding =
  ({ wire, ways, self, clock }: Outgoing) =>
  async (sent: SentBefore, place: Place, signal: AbortSignal): Finding => {
    const way = ways.of(place)
    switch (way.kind) {
      case 'closed':
        throw new Error(way.why)
      case 'interaction':
        return findReply(way.via, sent)
      case 'channel':
        return findIn(way.channel, sent)
    }

    async function findIn(
      channel: string,
      { nonce, index, since, markdown, others = [] }: SentBefore,
    ): Finding {
      const me = self()
      const from = Math.max(0, (since ?? 0) - SKEW_MS)
      const isIt = (message: APIMessage): boolean =>
        message.nonce === nonce && (me === null || message.author.id === me)
      const seen = await lookBack({ wire, signal }, channel, from, isIt)
      if (seen === null) return null
      const found = seen.messages.find(isIt) ?? replyAmong(seen.messages, index)
      if (found) return refOf(found)
      if (seen.whole && since !== undefined && clock.now() - since < NONCE_MS) return null
      // Who may not read the history is shown an empty one.
      if (seen.messages.length === 0) return 'unknown'

      const known = new Set(others.map(({ id }) => id))
      const mayBe = seen.messages.filter(
        (message) =>
          message.author.id === me &&
          message.nonce === undefined &&
          message.interaction_metadata === undefined &&
          (idOf(message.id) ?? 0n) >= idAt(from) &&
          !known.has(message.id),
      )
      const { replyTo } = place
      if (replyTo && index === 0) {
        const reply = mayBe.find((message) => message.message_reference?.message_id === replyTo.id)
        if (reply) return refOf(reply)
        return seen.whole && me !== null ? null : 'unknown'
      }
      if (!seen.whole || me === null) return 'unknown'
      const loose = mayBe.filter((message) => message.message_reference === undefined)
      if (markdown === '') {
        const [file, other] = loose.filter(isFileAlone)
        if (file && !other && since !== undefined) return refOf(file)
        return file ? 'unknown' : null
      }
      const [answer, second] = loose.filter((message) => hasStopOf(place.conversation, message))
      if (answer && !second && since !== undefined) return refOf(answer)
      return loose.length === 0 ? null : 'unknown'
    }

    /** What was said under a token that is dead by now. It has no nonce. */
    function replyAmong(seen: readonly APIMessage[], index: number): APIMessage | undefined {
      const via = readVia(place)
      if (via?.kind !== 'command') return undefined
      const replies = repliesTo(via, seen)
      const reply = isOriginal(replies[0]) ? replies[index] : undefined
      return reply && isFilled(reply) ? reply : undefined
    }

    async function findReply(via: Via, sent: SentBefore): Finding {
      const { index } = sent
      const mayStandApart = index > 0 || sent.markdown === ''
      if (via.kind === 'command' && mayStandApart && via.reachable && !via.private)
        return findFollowUp(via, sent)
      // Follow-ups carry no nonce, and these stand in no channel that could be read.
      if (via.kind === 'component' || index > 0)
        throw new Error('Discord does not say which of an interaction’s follow-ups this is')
      const route = Routes.webhookMessage(via.application, via.token, '@original')
      const message = bodyOf(await wire.call<APIMessage>({ method: 'GET', route, auth: false }, signal))
      return message !== null && isFilled(message) ? refOf(message) : null
    }

    async function findFollowUp(via: Via, sent: SentBefore): Finding {
      const { nonce, index, markdown, since, others = [] } = sent
      const me = self()
      // A voice message among them is the bot's own.
      const isIt = (message: APIMessage): boolean => message.nonce === nonce && message.author.id === me
      const seen = await lookBack({ wire, signal }, channelOf(place), via.at - SKEW_MS, isIt)
      if (seen === null) return null
      const own = seen.messages.find(isIt)
      if (own) return refOf(own)
      const replies = repliesTo(via, seen.messages)
      if (markdown !== '' && replies.length === 0) return findWords(via, sent, seen.messages)
      if (markdown !== '' && !isOriginal(replies[0]))
        throw new Error('The reply to the command is too far back to count from')
      const known = new Set(others.map(({ id }) => id))
      const besides = seen.messages.filter(({ interaction_metadata: of }) => of === undefined)
      const found = replies[index - besides.filter(({ id }) => known.has(id)).length]
      const isSound = (message: APIMessage): boolean => !known.has(message.id) && isFileAlone(message)
      if (markdown !== '') return found && !known.has(found.id) ? refOf(found) : null
      if (found && isSound(found)) return refOf(found)
      if (!seen.whole) return 'unknown'
      const [file, other] = besides.filter((one) => one.author.id === me && isSound(one))
      if (file && !other && since !== undefined) return refOf(file)
      return file ? 'unknown' : null
    }

    /** Where messages don't say what they reply to: what was said since the command in just these words. */
    function findWords(
      via: Via,
      { markdown, others = [] }: SentBefore,
      seen: readonly APIMessage[],
    ): MessageRef | null {
      const me = self()
      const known = new Set(others.map(({ id }) => id))
      if (markdown === undefined || me === null || !seen.some(({ id }) => known.has(id)))
        throw new Error('What was said in reply to the command can’t be told from the rest')
      const [found, second] = seen.filter(
        (message) =>
          message.author.id === me &&
          !known.has(message.id) &&
          (idOf(message.id) ?? 0n) > (idOf(via.interaction) ?? 0n) &&
          message.content.trim() === markdown.trim(),
      )
      if (second) throw new Error('The same was said more than once since the command')
      return found ? refOf(found) : null
    }
  }

/** Sent one after the other, they are known by their order. */
const repliesTo = ({ interaction }: Via, seen: readonly APIMessage[]): APIMessage[] =>
  seen
    .filter((message) => message.interaction_metadata?.id === interaction)
    .sort((one, other) => (BigInt(one.id) < BigInt(other.id) ? -1 : 1))

/** Only follow-ups name the reply that they follow. */
const isOriginal = (message: APIMessage | undefined): boolean =>
  message !== undefined && message.interaction_metadata?.original_response_message_id === undefined

/** A sound or a picture of an answer. */
const isFileAlone = ({ content, attachments }: APIMessage): boolean =>
  content === '' && attachments.length > 0

const isFilled = ({ flags }: APIMessage): boolean => ((flags ?? 0) & MessageFlags.Loading) === 0
