import type { Person } from '../../../src/ports/event.ts'
import type { Directory } from '../directory.ts'
import { incomingOf } from '../hearing/incoming.ts'
import { attachedWords, type Brought, quoted } from '../hearing/quotes.ts'
import { namesFor } from '../hearing/words.ts'
import type { Installation } from '../installations/installation.ts'
import { plainOf } from '../marks.ts'

/** Who did something, as the payload of an interaction says it. */
export interface Caller {
  readonly id: string
  readonly name: string
  /** The person's own workspace, where it is said. */
  readonly team: string | null
}

/** A message as Slack describes it in a shortcut and in histories. */
export type Message = Readonly<Record<string, unknown>> & { readonly ts: string }

/** How people, and what they write and point at, are known here. */
export interface Reading {
  /** As `Directory.person`. */
  person(installation: Installation, caller: Caller, signal: AbortSignal): Promise<Person>
  /** As `Directory.isDirect`. */
  isDirect(installation: Installation, channel: string, signal: AbortSignal): Promise<boolean>
  /** What was typed, with names in place of ids. Rejects with the signal's reason only. */
  text(installation: Installation, text: string, signal: AbortSignal): Promise<string>
  /** The message from whose menu a command was called. Data, not instructions. Rejects with the signal's reason only. */
  subject(
    installation: Installation,
    channel: string,
    message: Message,
    signal: AbortSignal,
  ): Promise<Brought>
}

const nothing: Brought = { quotes: [], files: [] }

export function createReading({ directory }: { readonly directory: Directory }): Reading {
  const names = ({ team, botUser: self }: Installation) => ({ directory, team, self })
  return {
    person: (installation, { id, name, team }, signal) =>
      directory.person({ installation, user: id, home: team, name }, signal),

    isDirect: ({ team }, channel, signal) => directory.isDirect(team, channel, signal),

    text: async (installation, text, signal) =>
      plainOf(text, await namesFor([{ text, blocks: [] }], names(installation), signal)),

    async subject(installation, channel, raw, signal) {
      const message = incomingOf(raw, channel)
      if (message === null) return nothing
      const { team } = installation
      const [naming, author] = await Promise.all([
        namesFor([message, ...attachedWords(message)], names(installation), signal),
        message.user === null ? null : directory.userName(team, message.user, signal),
      ])
      return quoted(team, message, author ?? message.name ?? message.user ?? 'somebody', naming)
    },
  }
}
