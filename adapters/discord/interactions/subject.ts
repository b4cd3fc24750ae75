import type { APIMessage } from 'discord-api-types/v10'
import type { Directory } from '../directory.ts'
import { type Brought, forwarded, quoted, together } from '../hearing/quotes.ts'
import { wholeMessage } from '../hearing/whole.ts'
import { type Naming, wordsOf } from '../hearing/words.ts'

/** How what people write and point at reads to the model, here. */
export interface Reading {
  /** With names in place of ids. */
  text(text: string, guild: string | null): string
  /** The message from whose menu a command was called. Data, not instructions. */
  subject(message: APIMessage, guild: string | null): Brought
}

export function createReading(parts: {
  readonly directory: Pick<Directory, 'nameOf' | 'ownRole'>
  /** The bot's user id. */
  readonly self: () => string
}): Reading {
  const naming = (guild: string | null): Naming => ({
    self: parts.self(),
    ownRole: parts.directory.ownRole(guild),
    guild,
    names: parts.directory.nameOf,
  })
  return {
    text: (text, guild) => wordsOf({ content: text }, naming(guild)),
    subject: (raw, guild) => {
      const message = wholeMessage(raw)
      if (!message?.author) return { quotes: [], files: [] }
      return together([quoted(message, naming(guild)), forwarded(message, naming(guild))])
    },
  }
}
