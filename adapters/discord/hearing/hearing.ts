import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { InboundEvent, MessageHeard, Place } from '../../../src/ports/event.ts'
import type { Admission, Intake } from '../../../src/ports/platform.ts'
import type { Stubborn } from '../catch-up/stubborn.ts'
import type { ChannelFacts, Directory } from '../directory.ts'
import type { PacedGet } from '../paced-get.ts'
import { spotOf } from '../spot.ts'
import { type Addressee, addresseeOf } from './addressee.ts'
import { type Change, changedMessage, mayBeTyped } from './changes.ts'
import { fileOf, type Incoming, isEmpty, isTalk, personOf, refOf, repliesTo } from './incoming.ts'
import { createLine, type LineLimits, lineLimits } from './line.ts'
import type { Members } from './members.ts'
import { embedded, forwarded, quoted, together } from './quotes.ts'
import { starterOf } from './starter.ts'
import { createSurroundings } from './surroundings.ts'
import { wholeMessage } from './whole.ts'
import { type Naming, wordsOf } from './words.ts'

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

/** What became of something heard. `lost`: it could not be taken in; it may be fetched and heard again. */
export type Fate = 'settled' | 'lost'

/** `live`: it just happened. `missed`: fetched after a gap. `known`: fetched, but probably heard before: only what is meant for the bot counts. */
export type When = 'live' | 'missed' | 'known'

/** Turns what Discord tells into events, in order within each channel. Nothing here rejects. */
export interface Hearing {
  /** Anything but the ids may be missing. */
  created(message: Incoming, guild: string | null, when: When): Promise<Fate>
  edited(change: Change, guild: string | null): Promise<Fate>
  deleted(id: string, channel: string, guild: string | null): Promise<Fate>
}

/** The pauses between tries to admit something, milliseconds; after the last it is left to be fetched later. */
const pauses = [500, 1_000, 2_000, 5_000, 10_000]
/** So many tries while others are taken in: then it does not hold up its channel any longer. */
const mostAlone = 3
export function createHearing(parts: HearingParts): Hearing {
  const { clock, log, signal } = parts
  const line = createLine(parts.limits ?? lineLimits)
  const { factsOf, guildOf, mayAnswer } = createSurroundings(parts)

  const selfIn = (guild: string | null) => ({ id: parts.self(), role: parts.directory.ownRole(guild) })

  const namingIn = (guild: string | null): Naming => {
    const { id, role } = selfIn(guild)
    return { self: id, ownRole: role, guild, names: parts.directory.nameOf }
  }

  const addressee = (message: Incoming, guild: string | null): Addressee =>
    guild === null ? 'bot' : addresseeOf(message, selfIn(guild))

  async function create(message: Incoming, told: string | null, when: When): Promise<void> {
    const guild = told ?? (when === 'live' ? await guildOf(message) : null)
    const to = addressee(message, guild)
    if (to === 'others' || (to === 'nobody' && (when === 'known' || isEmpty(message)))) return
    const facts = await factsOf(message.channel_id, guild)
    // Outside threads what speaks to nobody and refers to nothing is in no conversation yet.
    if (!facts || (to === 'nobody' && facts.kind !== 'thread' && repliesTo(message) === null)) return
    const ref = refOf(message)
    const place = await parts.intake().place(spotOf(facts, ref, repliesTo(message)))
    const follows = await parts.intake().follows(place.conversation)
    // In a channel that is one conversation people talk with each other, too: a mention is needed there for good.
    if (to === 'nobody' && !(follows && place.conversation.thread !== '')) return
    if (!mayAnswer(facts)) return
    const event = await heard(message, facts, place, follows).catch((error: unknown) => {
      signal.throwIfAborted()
      log.error({ err: error, message: message.id }, 'A message makes no sense: it is left out')
      return null
    })
    if (event === null) return
    const admission = await parts.intake().admit(event)
    after(admission, event, facts)
  }

  async function heard(
    message: Incoming,
    facts: ChannelFacts,
    place: Place,
    follows: boolean,
  ): Promise<MessageHeard> {
    const { guild } = facts
    const naming = namingIn(guild)
    const ref = refOf(message)
    const answered = message.referenced_message
    // Its own words of the same conversation are in its history already.
    const quotable = answered && !(follows && answered.author.id === parts.self())
    const joins = facts.kind === 'thread' && !follows
    const starter = joins && answered?.id !== facts.id ? await starterOf(facts, parts) : null
    const brought = together([
      { quotes: [], files: message.attachments.map((attachment) => fileOf(ref, attachment)) },
      ...(starter ? [quoted(starter, naming)] : []),
      ...(quotable && repliesTo(message) !== null ? [quoted(answered, naming)] : []),
      forwarded(message, naming),
      { quotes: embedded(message), files: [] },
    ])
    return {
      kind: 'message',
      id: `message:${message.id}`,
      at: clock.now(),
      place,
      by: personOf(message.author, message.member ?? (await parts.members(guild, message.author.id, signal))),
      message: ref,
      text: wordsOf(message, naming),
      ...brought,
    }
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
    const to = addressee(message, guild)
    const facts = await factsOf(message.channel_id, guild)
    if (!facts) return
    const ref = refOf(message)
    const place = await parts.intake().place(spotOf(facts, ref, repliesTo(message)))
    if (to !== 'bot' && !(await parts.intake().follows(place.conversation))) return
    await parts.intake().admit({
      kind: 'edit',
      id: `edit:${message.id}:${message.edited_timestamp}`,
      at: clock.now(),
      place,
      by: personOf(message.author, message.member),
      message: ref,
      text: wordsOf(message, namingIn(guild)),
      files: message.attachments.map((attachment) => fileOf(ref, attachment)),
    })
  }

  async function remove(id: string, channel: string, guild: string | null): Promise<void> {
    const facts = await factsOf(channel, guild)
    if (!facts) return
    const ref = { channel, id }
    const place = await parts.intake().place(spotOf(facts, ref, null))
    if (!(await parts.intake().follows(place.conversation))) return
    await parts.intake().admit({
      kind: 'delete',
      id: `delete:${id}`,
      at: clock.now(),
      place,
      by: someone,
      message: ref,
    } satisfies InboundEvent)
  }

  /** In the channel's turn, again and again while the inbox can't take it in; what is fetched is tried once. */
  async function inLine(channel: string, once: boolean, take: () => Promise<void>): Promise<Fate> {
    const taken = line(channel, async () => {
      const before = parts.stubborn.count()
      let tries = 0
      for (const pause of [...(once ? [] : pauses), null]) {
        if (signal.aborted) return 'lost'
        try {
          await take()
          return 'settled'
        } catch (error) {
          if (signal.aborted) return 'lost'
          log.error({ err: error, channel, againInMs: pause }, 'What was said could not be taken in')
          if (++tries >= mostAlone && parts.stubborn.count() > before) return 'lost'
          if (pause !== null) await clock.sleep(pause, signal).catch(() => undefined) // stopped: seen above
        }
      }
      return 'lost'
    })
    if (taken !== null) return taken
    log.warn({ channel }, 'Too many messages wait to be taken in')
    return 'lost'
  }

  return {
    created: async (raw, guild, when) => {
      const message = wholeMessage(raw)
      if (message === null || !isTalk(message)) return 'settled'
      return inLine(message.channel_id, when !== 'live', () => create(message, guild, when))
    },
    edited: async (raw, guild) => {
      const part = wholeMessage(raw)
      if (part === null || !mayBeTyped(raw)) return 'settled'
      return inLine(part.channel_id, false, () => change(raw, part, guild))
    },
    deleted: async (id, channel, guild) => inLine(channel, false, () => remove(id, channel, guild)),
  }
}

/** Discord does not say who deleted a message. */
const someone = { id: '', name: '', bot: false, foreign: false, moderator: false, roles: [] } as const
