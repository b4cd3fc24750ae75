import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type {
  MessageDeleted,
  MessageEdited,
  MessageHeard,
  MessageRef,
  Person,
  Place,
} from '../../../src/ports/event.ts'
import type { Directory } from '../directory.ts'
import type { Installation } from '../installations/installation.ts'
import type { Naming } from '../marks.ts'
import type { PacedCall } from '../paced-call.ts'
import { writeVia } from '../via.ts'
import { filesOf } from './files.ts'
import { type Incoming, refOf } from './incoming.ts'
import { attachedWords, type Brought, quoted, shared, together } from './quotes.ts'
import { threadBefore } from './thread-before.ts'
import { namesFor, wordsOf } from './words.ts'

/** A message and who hears it. */
export interface Heard {
  readonly message: Incoming
  readonly workspace: string
  readonly installation: Installation
  readonly isShared: boolean
}

/** What was said, changed and deleted, in Parley's terms. */
export interface Events {
  /** Who said it, with the names that it mentions: begun before it is its turn. Rejects where that can't be told now. */
  known(heard: Heard): Promise<Known>
  /** `joins`: Parley does not know the thread in which it stands. */
  asked(
    heard: Heard,
    known: Known,
    place: Place,
    how: { joins: boolean; isOverheard: boolean },
  ): Promise<MessageHeard>
  edited(heard: Heard, known: Known, place: Place, change: string): MessageEdited
  /** A change by which a question is none any more. */
  takenBack(heard: Heard, known: Known, place: Place, change: string): MessageDeleted
  deleted(workspace: string, message: MessageRef, place: Place): MessageDeleted
}

export interface Known {
  readonly by: Person
  readonly naming: Naming
}

/** A message's identity, whatever event brought it. */
export const identityOf = (workspace: string, { channel, id }: MessageRef): string =>
  `${workspace}:${channel}:${id}`

export function createEvents(parts: {
  readonly directory: Directory
  readonly call: PacedCall
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}): Events {
  const { directory, clock, signal } = parts

  const names = (said: Parameters<typeof namesFor>[0], { workspace, installation }: Heard) =>
    namesFor(said, { directory, team: workspace, self: installation.botUser }, signal)

  async function known(heard: Heard): Promise<Known> {
    const { message, installation, isShared } = heard
    const { user, home, name, isBot } = message
    const who = { installation, user: user ?? '', home, isShared, name, isBot }
    const [by, naming] = await Promise.all([
      directory.person(who, signal),
      names([message, ...attachedWords(message)], heard),
    ])
    return { by, naming }
  }

  async function before(heard: Heard): Promise<Brought> {
    const { message, workspace, installation } = heard
    const { channel, thread, ts } = message
    if (thread === null) return together([])
    const { messages, isCut } = await threadBefore({ team: workspace, channel, thread, ts }, parts)
    const naming = await names(
      messages.flatMap((one) => [one, { text: `<@${one.user}>`, blocks: [] }, ...attachedWords(one)]),
      heard,
    )
    const author = ({ user, name }: Incoming) => {
      if (user === installation.botUser) return 'Parley'
      return (user === null ? null : naming.user(user)) ?? name ?? user ?? 'an app'
    }
    const brought = messages.map((one) => quoted(workspace, one, author(one), naming))
    const [root, ...rest] = brought
    return together(isCut && root ? [root, { quotes: [omission], files: [] }, ...rest] : brought)
  }

  const base = ({ message, workspace }: Heard, { by }: Known, place: Place) => ({
    id: identityOf(workspace, refOf(message)),
    at: clock.now(),
    place,
    by,
    message: refOf(message),
  })

  /** A stream in a channel is for one person: whoever asked. */
  const asking = ({ message: { user, home }, workspace }: Heard, place: Place): Place =>
    user === null
      ? place
      : {
          ...place,
          via: writeVia({
            responseUrl: null,
            private: false,
            user,
            ...(home !== null && home !== workspace && { userTeam: home }),
            at: clock.now(),
          }),
        }

  const words = ({ message, installation }: Heard, { naming }: Known): string =>
    wordsOf(message, naming, installation.botUser)

  const changed = (heard: Heard, own: Known, place: Place, change: string) => {
    const event = base(heard, own, place)
    return { ...event, id: `${event.id}:edited:${change}` }
  }

  return {
    known,
    async asked(heard, own, place, { joins, isOverheard }) {
      const { message, workspace } = heard
      const files = filesOf(workspace, message.files)
      const brought = together([
        { quotes: [], files },
        ...(joins ? [await before(heard)] : []),
        shared(workspace, message, own.naming),
      ])
      return {
        ...base(heard, own, asking(heard, place)),
        kind: 'message',
        text: words(heard, own),
        ...brought,
        ...(isOverheard ? { overheard: true } : {}),
      }
    },
    edited: (heard, own, place, change) => ({
      ...changed(heard, own, place, change),
      kind: 'edit',
      text: words(heard, own),
      files: filesOf(heard.workspace, heard.message.files),
    }),
    takenBack: (heard, own, place, change) => ({ ...changed(heard, own, place, change), kind: 'delete' }),
    deleted: (workspace, message, place) => ({
      kind: 'delete',
      id: `${identityOf(workspace, message)}:deleted`,
      at: clock.now(),
      place,
      by: someone,
      message,
    }),
  }
}

/** Stands between a long thread's root and its end. */
const omission = { author: 'Parley', text: '[Messages between these are left out.]' } as const

/** Slack does not say who deleted a message. */
const someone = { id: '', name: '', bot: false, foreign: false, moderator: false, roles: [] } as const
