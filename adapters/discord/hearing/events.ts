import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type {
  MessageDeleted,
  MessageEdited,
  MessageHeard,
  MessageRef,
  Place,
  ReadAloudWanted,
} from '../../../src/ports/event.ts'
import type { ChannelFacts } from '../channel-facts.ts'
import type { Directory } from '../directory.ts'
import type { PacedGet } from '../paced-get.ts'
import { type Addressee, addresseeOf } from './addressee.ts'
import type { Edited } from './changes.ts'
import { filesOf, type Incoming, personOf, refOf, repliesTo } from './incoming.ts'
import type { Members } from './members.ts'
import { embedded, forwarded, quoted, together } from './quotes.ts'
import { answerIn, giverOf, idOfWish } from './reaction.ts'
import { starterOf } from './starter.ts'
import type { WholeReaction } from './whole.ts'
import { type Naming, wordsOf } from './words.ts'

/** What was said, changed and deleted, in Parley's terms. */
export interface Events {
  addressee(message: Incoming, guild: string | null): Addressee
  /** Looks up what the message refers to. */
  asked(message: Incoming, facts: ChannelFacts, place: Place, follows: boolean): Promise<MessageHeard>
  edited(message: Edited, place: Place, guild: string | null): MessageEdited
  /** A change by which a question is none any more. */
  takenBack(message: Edited, place: Place): MessageDeleted
  deleted(message: MessageRef, place: Place): MessageDeleted
  /** By a reaction. */
  readAloud(reaction: WholeReaction, place: Place, guild: string | null): Promise<ReadAloudWanted>
}

export function createEvents(parts: {
  readonly directory: Directory
  readonly members: Members
  readonly get: PacedGet
  /** The bot's user id. */
  readonly self: () => string
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}): Events {
  const { clock, signal } = parts

  const selfIn = (guild: string | null) => ({ id: parts.self(), role: parts.directory.ownRole(guild) })

  const namingIn = (guild: string | null): Naming => {
    const { id, role } = selfIn(guild)
    return { self: id, ownRole: role, guild, names: parts.directory.nameOf }
  }

  const addressee = (message: Incoming, guild: string | null): Addressee =>
    guild === null ? 'bot' : addresseeOf(message, selfIn(guild))

  async function asked(
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
      { quotes: [], files: filesOf(ref, message) },
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
      ...(addressee(message, guild) === 'nobody' ? { overheard: true } : {}),
    }
  }

  const change = (message: Edited, place: Place) => ({
    id: `edit:${message.id}:${message.edited_timestamp}`,
    at: clock.now(),
    place,
    by: personOf(message.author, message.member),
    message: refOf(message),
  })

  return {
    addressee,
    asked,
    edited: (message, place, guild) => ({
      ...change(message, place),
      kind: 'edit',
      text: wordsOf(message, namingIn(guild)),
      files: filesOf(refOf(message), message),
    }),
    takenBack: (message, place) => ({ ...change(message, place), kind: 'delete' }),
    deleted: (message, place) => ({
      kind: 'delete',
      id: `delete:${message.id}`,
      at: clock.now(),
      place,
      by: someone,
      message,
    }),
    readAloud: async (reaction, place, guild) => {
      const member = reaction.member ?? (await parts.members(guild, reaction.user, signal))
      return {
        kind: 'read_aloud',
        id: idOfWish(reaction),
        at: clock.now(),
        place,
        by: giverOf(reaction, member, parts.directory.nameOf),
        answer: answerIn(reaction),
        // Nobody who reacts to something else wants to be told why nothing is read aloud.
        quiet: true,
      }
    },
  }
}

/** Discord does not say who deleted a message. */
const someone = { id: '', name: '', bot: false, foreign: false, moderator: false, roles: [] } as const
