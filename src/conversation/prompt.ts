import type { FileRead } from '../media/reader.ts'
import type { PromptMessage, PromptPart } from '../ports/model.ts'
import type { StoredMessage } from './memory.ts'
import type { Asked } from './question.ts'

/** What came of a message's files: parts for the model, and a sentence for each file left out. */
export interface Seen {
  readonly parts: readonly PromptPart[]
  readonly skipped: readonly string[]
}

export const seenIn = (reads: readonly FileRead[]): Seen => ({
  parts: reads.flatMap((read) => (read.kind === 'read' ? read.parts : [])),
  skipped: reads.flatMap((read) => (read.kind === 'skipped' ? [read.why] : [])),
})

/**
 * The conversation as the model gets it: the window, then the question. Names, quotes and file names are people's
 * words: they go in as parts of a message, never into the instructions.
 */
export function buildMessages(
  window: readonly { readonly message: StoredMessage; readonly seen: Seen }[],
  question: readonly { readonly asked: Asked; readonly seen: Seen }[],
  named = false,
): PromptMessage[] {
  const people = new Set([
    ...window.flatMap(({ message }) => (message.by === null ? [] : [message.by.id])),
    ...question.map(({ asked }) => asked.by.id),
  ])
  const several = named || people.size > 1
  return [
    ...window.flatMap(({ message, seen }): PromptMessage[] => {
      const isPicture = message.role === 'assistant' && message.text === '' && message.files.length > 0
      const text = isPicture ? '(You painted a picture.)' : said(message, several)
      if (message.role === 'user' || seen.parts.length === 0) {
        return [{ role: message.role, content: content(text, seen) }]
      }
      // Providers take pictures from people only.
      const painted: PromptPart[] = [{ kind: 'text', text: '(What you painted:)' }, ...seen.parts]
      return [
        { role: message.role, content: content(text, { parts: [], skipped: [] }) },
        { role: 'user', content: painted },
      ]
    }),
    ...question.map(({ asked, seen }): PromptMessage => {
      return { role: 'user', content: content(said(asked, several), seen) }
    }),
  ]
}

/** What a message says, with what it goes by. */
export type Said = Pick<StoredMessage, 'text' | 'by' | 'quotes' | 'broken'>

/** The model is told, or it would go on as if half a sentence were its last word. Nobody else is. */
const brokenWords = '\n\n[This answer was broken off here.]'

/** A message's words with what they refer to before them and, where several people talk, the name. */
export function said({ text: words, by, quotes, broken = false }: Said, several: boolean): string {
  const text = broken ? `${words}${brokenWords}` : words
  const quoted = quotes.map((quote) => `${quote.author} wrote:\n${block(quote.text)}\n\n`).join('')
  return `${quoted}${several && by !== null ? named(by.name, text) : text}`
}

function content(text: string, seen: Seen): PromptPart[] {
  const left = seen.skipped.map((why) => `(An attached file could not be read. ${why})`).join('\n')
  const words = [text, left].filter((part) => part !== '').join('\n\n')
  return [...(words === '' ? [] : [{ kind: 'text' as const, text: words }]), ...seen.parts]
}

/** A further line that begins as a message does would pass for another person's. */
const named = (name: string, text: string): string =>
  `[${name.replaceAll(/[[\]\n]/g, ' ')}] ${text.replaceAll(/^([^\S\n]*)(?=\[[^\]\n]*\])/gm, '$1\\')}`

const block = (text: string): string =>
  text
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n')
