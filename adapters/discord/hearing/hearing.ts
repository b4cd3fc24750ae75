import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { MessageHeard, Place } from '../../../src/ports/event.ts'
import type { Admission, Intake } from '../../../src/ports/intake.ts'
import { idOf, momentOf } from '../catch-up/snowflake.ts'
import type { Stubborn } from '../catch-up/stubborn.ts'
import type { ChannelFacts } from '../channel-facts.ts'
import type { Directory } from '../directory.ts'
import type { PacedGet } from '../paced-get.ts'
import { spotOf } from '../spot.ts'
import { type Change, changedMessage, mayBeTyped } from './changes.ts'
import { createEvents } from './events.ts'
import { type Incoming, isEmpty, isTalk, refOf, repliesTo } from './incoming.ts'
import type { LineLimits } from './line.ts'
import type { Members } from './members.ts'
import { answerIn, asksToHear } from './reaction.ts'
import { createSurroundings } from './surroundings.ts'
import { createTaking, type Fate } from './taking.ts'
import { type WholeReaction, wholeMessage, wholeReaction } from './whole.ts'

export interface HearingParts {
  readonly intake: () => Intake
  readonly directory: Directory
  readonly members: Members
  readonly get: PacedGet
  readonly apologise: (to: { channel: string; id: string }, signal: AbortSignal) => Promise<void>
  /** The bot's user id. */
  readonly self: () => string
  readonly clock: Clock
  readonly log: Logger
  /** Ends everything that waits. */
  readonly signal: AbortSignal
  /** Told of conversations that go on where the gateway's own lists don't show them. */
  readonly onAdmitted: (facts: ChannelFacts, message: string) => void
  /** Told of all that the inbox took in. */
  readonly stubborn: Stubborn
  readonly limits?: LineLimits
}

/** `live`: it just happened. `missed`: fetched after a gap. `known`: fetched, but probably heard before: only what is meant for the bot counts. */
export type When = 'live' | 'missed' | 'known'

/** Turns what Discord tells into events, in order within each channel. Nothing here rejects. */
export interface Hearing {
  /** Anything but the ids may be missing. */
  created(message: Incoming, guild: string | null, when: When): Promise<Fate>
  edited(change: Change, guild: string | null): Promise<Fate>
  deleted(id: string, channel: string, guild: string | null): Promise<Fate>
  reacted(reaction: unknown, guild: string | null): Promise<Fate>
}

/** Milliseconds. Nobody waits for an answer to what was said before. */
const oldest = 24 * 3_600_000

export function createHearing(parts: HearingParts): Hearing {
  const { clock, log, signal } = parts
  const inTurn = createTaking(parts)
  const { factsOf, guildOf, mayAnswer } = createSurroundings(parts)
  const events = createEvents(parts)

  async function create(message: Incoming, told: string | null, when: When): Promise<void> {
    const guild = told ?? (when === 'live' ? await guildOf(message) : null)
    const to = events.addressee(message, guild)
    if (to === 'others' || (to === 'nobody' && (when === 'known' || isEmpty(message)))) return
    const facts = await factsOf(message.channel_id, guild)
    // Outside threads what speaks to nobody and refers to nothing is in no conversation yet.
    if (!facts || (to === 'nobody' && facts.kind !== 'thread' && repliesTo(message) === null)) return
    const ref = refOf(message)
    const place = await parts.intake().place(spotOf(facts, ref, repliesTo(message)))
    const follows = await parts.intake().follows(place.conversation)
    // In a channel that is one conversation people talk with each other, too: a mention is needed there for good.
    if (to === 'nobody' && !(follows && place.conversation.thread !== '')) return
    await ask(message, facts, place, follows)
  }

  /** null: it can't be answered. */
  async function ask(
    message: Incoming,
    facts: ChannelFacts,
    place: Place,
    follows: boolean,
  ): Promise<Admission | null> {
    if (!mayAnswer(facts)) return null
    const event = await events.asked(message, facts, place, follows).catch((error: unknown) => {
      signal.throwIfAborted()
      log.error({ err: error, message: message.id }, 'A message makes no sense: it is left out')
      return null
    })
    if (event === null) return null
    const admission = await parts.intake().admit(event)
    after(admission, event, facts)
    return admission
  }

  function after(admission: Admission, event: MessageHeard, facts: ChannelFacts): void {
    if (admission === 'new') {
      parts.stubborn.worked()
      parts.onAdmitted(facts, event.message.id)
    }
    if (admission === 'full') void parts.apologise(event.message, signal)
  }

  async function change(change: Change, part: Incoming, told: string | null): Promise<void> {
    const message = await changedMessage(change, part, parts)
    if (message === null) return
    const guild = told ?? (await guildOf(part))
    const to = events.addressee(message, guild)
    const facts = await factsOf(message.channel_id, guild)
    if (!facts) return
    const ref = refOf(message)
    const place = await parts.intake().place(spotOf(facts, ref, repliesTo(message)))
    const follows = await parts.intake().follows(place.conversation)
    if (to !== 'bot' && !follows) return
    // The change may be what makes it a question. The inbox knows whether it was one before.
    const asked = to === 'bot' && isFresh(message) ? await ask(message, facts, place, follows) : null
    if (asked === 'new' || asked === 'full') return
    // Said to somebody else now: as a question it is withdrawn.
    const event = to === 'others' ? events.takenBack(message, place) : events.edited(message, place, guild)
    await parts.intake().admit(event)
  }

  const isFresh = ({ id }: Incoming): boolean => clock.now() - momentOf(idOf(id) ?? 0n) < oldest

  async function remove(id: string, channel: string, guild: string | null): Promise<void> {
    const facts = await factsOf(channel, guild)
    if (!facts) return
    const ref = { channel, id }
    const place = await parts.intake().place(spotOf(facts, ref, null))
    if (!(await parts.intake().follows(place.conversation))) return
    await parts.intake().admit(events.deleted(ref, place))
  }

  async function react(reaction: WholeReaction, guild: string | null): Promise<void> {
    const facts = await factsOf(reaction.channel, guild)
    if (!facts) return
    const place = await parts.intake().place(spotOf(facts, answerIn(reaction), null))
    if (!(await parts.intake().follows(place.conversation)) || !mayAnswer(facts)) return
    await parts.intake().admit(await events.readAloud(reaction, place, guild))
  }

  return {
    created: async (raw, guild, when) => {
      const message = wholeMessage(raw)
      if (message === null || !isTalk(message)) return 'settled'
      return inTurn(message.channel_id, when !== 'live', () => create(message, guild, when))
    },
    edited: async (raw, guild) => {
      const part = wholeMessage(raw)
      if (part === null || !mayBeTyped(raw)) return 'settled'
      return inTurn(part.channel_id, false, () => change(raw, part, guild))
    },
    deleted: async (id, channel, guild) => inTurn(channel, false, () => remove(id, channel, guild)),
    reacted: async (raw, guild) => {
      const reaction = wholeReaction(raw)
      if (reaction === null || !asksToHear(reaction, parts.self())) return 'settled'
      return inTurn(reaction.channel, false, () => react(reaction, guild))
    },
  }
}
