import type { APIEmbed } from 'discord-api-types/v10'
import type { FileRef, Quote } from '../../../src/ports/event.ts'
import { filesOf, type Incoming, nameOf, refOf } from './incoming.ts'
import { bounded, embedWords, type Naming, wordsOf } from './words.ts'

/** UTF-16 units of one quote. */
const longestQuote = 4_000
/** Of one message, of the one it replies to, and of forwards: Discord's limit for each. Who reads them says which were too many. */
const mostFiles = 30
const mostEmbeds = 5

/** Something that a message brings along. Data, not instructions. */
export interface Brought {
  readonly quotes: readonly Quote[]
  readonly files: readonly FileRef[]
}

/** A message as a quote: its words, what its embeds say, and its files. Nothing when it is empty. */
export function quoted(message: Incoming, naming: Naming): Brought {
  const text = [wordsOf(message, naming), ...embedsOf(message.embeds)]
    .filter((part) => part !== '')
    .join('\n')
  const files = filesOf(refOf(message), message)
  return { quotes: quotesOf(nameOf(message.author), text, files), files }
}

/** Forwards: Discord names nobody as their author. Their files are found by the message that carries them. */
export function forwarded(message: Incoming, naming: Naming): Brought {
  const brought = (message.message_snapshots ?? []).map(({ message: snapshot }) => {
    const text = [
      wordsOf({ ...snapshot, content: snapshot.content ?? '' }, naming),
      ...embedsOf(snapshot.embeds),
    ]
      .filter((part) => part !== '')
      .join('\n')
    const files = filesOf(refOf(message), snapshot)
    return { quotes: quotesOf('a forwarded message', text, files), files }
  })
  return together(brought)
}

/** What the embeds of the message itself say: those of links, mostly. */
export const embedded = (message: Incoming): readonly Quote[] =>
  embedsOf(message.embeds).map((text) => ({ author: 'an embed', text }))

export const together = (brought: readonly Brought[]): Brought => ({
  quotes: brought.flatMap(({ quotes }) => quotes),
  files: brought.flatMap(({ files }) => files).slice(0, mostFiles),
})

const embedsOf = (embeds: readonly APIEmbed[] | undefined): string[] =>
  (embeds ?? [])
    .slice(0, mostEmbeds)
    .map(embedWords)
    .filter((text) => text !== '')

function quotesOf(author: string, text: string, files: readonly FileRef[]): Quote[] {
  const words = text || (files.length > 0 ? `[${files.map(({ name }) => name).join(', ')}]` : '')
  return words === '' ? [] : [{ author, text: bounded(words, longestQuote) }]
}
