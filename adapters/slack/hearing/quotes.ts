import type { FileRef, Quote } from '../../../src/ports/event.ts'
import { type Fields, fieldsOf, isFields, listOf, textOf } from '../fields.ts'
import { markdownOf, type Naming } from '../marks.ts'
import { filesOf, mostFiles } from './files.ts'
import type { Incoming } from './incoming.ts'
import { bounded, type Wordy, wordsOf } from './words.ts'

/** UTF-16 units of one quote. */
const longestQuote = 4_000
const mostAttachments = 5

/** Something that a message brings along. Data, not instructions. */
export interface Brought {
  readonly quotes: readonly Quote[]
  readonly files: readonly FileRef[]
}

/** A message as a quote: its words, what it shares, and its files. Nothing when it is empty. */
export function quoted(workspace: string, message: Incoming, author: string, naming: Naming): Brought {
  const files = filesOf(workspace, message.files)
  const own = quotesOf(author, wordsOf(message, naming), files)
  return together([{ quotes: own, files }, shared(workspace, message, naming)])
}

/** What is attached: other messages that are shared or forwarded, and what an app shows of a link. */
export const shared = (workspace: string, message: Pick<Incoming, 'attachments'>, naming: Naming): Brought =>
  together(
    message.attachments.slice(0, mostAttachments).map((attachment) => {
      const files = filesOf(workspace, listOf(attachment.files).filter(isFields))
      const author = textOf(attachment.author_name) || textOf(attachment.service_name) || 'an attachment'
      const words = [title(attachment), ...wordyOf(attachment).map((one) => wordsOf(one, naming))]
      return { quotes: quotesOf(author, words.filter((one) => one !== '').join('\n'), files), files }
    }),
  )

/** The words of attachments, for the names in them. */
export const attachedWords = ({ attachments }: Pick<Incoming, 'attachments'>): readonly Wordy[] =>
  attachments.slice(0, mostAttachments).flatMap(wordyOf)

export const together = (brought: readonly Brought[]): Brought => ({
  quotes: brought.flatMap(({ quotes }) => quotes),
  files: brought.flatMap(({ files }) => files).slice(0, mostFiles),
})

/** A message that is shared stands there with its blocks; what else is attached has text, and fields. */
function wordyOf(attachment: Fields): Wordy[] {
  const blocks = listOf(attachment.message_blocks).flatMap((one) =>
    listOf(fieldsOf(fieldsOf(one).message).blocks),
  )
  const text = textOf(attachment.text) || textOf(attachment.fallback) || ''
  const fields = listOf(attachment.fields)
    .slice(0, 10)
    .map(fieldsOf)
    .map(({ title, value }) => ({ text: `${textOf(title) ?? ''}: ${textOf(value) ?? ''}`, blocks: [] }))
  return [{ text, blocks: blocks.length > 0 ? blocks : listOf(attachment.blocks) }, ...fields]
}

const title = (attachment: Fields): string => markdownOf(textOf(attachment.title) ?? '')

function quotesOf(author: string, text: string, files: readonly FileRef[]): Quote[] {
  const words = text || (files.length > 0 ? `[${files.map(({ name }) => name).join(', ')}]` : '')
  return words === '' ? [] : [{ author: bounded(author, 80), text: bounded(words, longestQuote) }]
}
