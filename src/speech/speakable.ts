import { lexer, type MarkedToken, type Token, type Tokens } from 'marked'
import { fenceLanguage } from './language-names.ts'
import { hostOf, plainSpeech } from './plain-speech.ts'
import { tamed } from './tame-markdown.ts'

/** UTF-16 units of Markdown that are read at all: three times what is ever spoken. */
const longest = 60_000

/** Parley's own: why an answer ended early, and the transcript quoted above it. */
const ownMark = /^\*— .*\*$/
const ownQuote = /^> ?🎤/u

/** What a voice says of Markdown, line by line; '' where there are no words. */
export function speakable(markdown: string): string {
  const own = withoutOwn(markdown.slice(0, longest).toWellFormed())
  const said = plainSpeech(linesIn(read(tamed(own))).join('\n')).toWellFormed()
  const lines = said
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => /[\p{L}\p{N}]/u.test(line))
  return lines.some((line) => !leftOut.test(line)) ? lines.join('\n') : ''
}

function read(markdown: string): readonly Token[] {
  try {
    return lexer(markdown)
  } catch {
    // Nested deeper than the lexer goes: said as it was written.
    return [{ type: 'text', raw: markdown, text: markdown }]
  }
}

function withoutOwn(markdown: string): string {
  let isQuoted = false
  return markdown
    .split('\n')
    .filter((line) => {
      isQuoted = ownQuote.test(line) || (isQuoted && line.startsWith('>'))
      return !isQuoted && !ownMark.test(line.trim())
    })
    .join('\n')
}

const leftOut = /^\(a code example( in .+)? is left out\)$/

const linesIn = (tokens: readonly Token[]): string[] => tokens.flatMap(linesOf)

function linesOf(token: Token): string[] {
  const known = token as MarkedToken
  switch (known.type) {
    case 'heading':
      return [ended(inline(known.tokens))]
    case 'paragraph':
      return [inline(known.tokens)]
    case 'text':
      return [inline(known.tokens ?? [{ type: 'text', raw: known.raw, text: known.text }])]
    case 'blockquote':
      return linesIn(known.tokens)
    case 'list':
      return known.items.flatMap((item, index) => itemLines(item, numberOf(known, index)))
    case 'code': {
      const name = fenceLanguage(known.lang ?? '')
      return [`(a code example${name === null ? '' : ` in ${name}`} is left out)`]
    }
    case 'table':
      return known.rows.map((row) => rowLine(known.header, row))
    case 'html':
      return [withoutTags(known.text)]
    default:
      return []
  }
}

const numberOf = (list: Tokens.List, index: number): string =>
  list.ordered ? `${Number(list.start || 1) + index}. ` : ''

function itemLines(item: Tokens.ListItem, number: string): string[] {
  const [first = '', ...rest] = linesIn(item.tokens)
  return [ended(number + first), ...rest.map(ended)]
}

function rowLine(header: readonly Tokens.TableCell[], row: readonly Tokens.TableCell[]): string {
  const cells = row.flatMap((cell, index) => {
    const [name, value] = [inline(header[index]?.tokens ?? []), inline(cell.tokens)]
    if (value.trim() === '') return []
    return [name.trim() === '' ? value : `${name}: ${value}`]
  })
  return ended(cells.join(', '))
}

/** A line that a voice would else run into the next one. */
function ended(line: string): string {
  const words = line.trimEnd()
  return words === '' || /[\p{P}…]$/u.test(words.replace(/[)\]"'”’»]+$/u, '')) ? words : `${words}.`
}

const inline = (tokens: readonly Token[]): string => tokens.map(wordsOf).join('')

function wordsOf(token: Token): string {
  const known = token as MarkedToken
  switch (known.type) {
    case 'strong':
    case 'em':
      return inline(known.tokens)
    case 'text':
      return known.tokens === undefined ? known.text : inline(known.tokens)
    case 'escape':
    case 'codespan':
      return known.text
    case 'link':
      return linkWords(known)
    case 'image':
      return known.text
    case 'br':
      return '\n'
    case 'html':
      return withoutTags(known.text)
    // Struck out words are taken back.
    default:
      return ''
  }
}

function linkWords({ href, text, tokens }: Tokens.Link): string {
  const words = inline(tokens).trim()
  // A number is a footnote.
  if (/^\[?\d{1,3}\]?$/.test(words)) return ''
  const isBare = text === href || /^(https?:\/\/|www\.|mailto:)/i.test(text) || words === ''
  return isBare ? (hostOf(href) ?? words) : words
}

const withoutTags = (html: string): string =>
  withoutSpans(html)
    .replace(/<br\b[^<>]*>/gi, '\n')
    .replace(/<[^<>]*>/g, '')

const spans = [
  { from: /<script\b/i, to: /<\/script[^<>]*>/i },
  { from: /<style\b/i, to: /<\/style[^<>]*>/i },
  { from: /<!--/, to: /-->/ },
]

/** Without what stands between two marks. One that is never closed ends the search: each piece is read once. */
function withoutSpans(html: string): string {
  let text = html
  for (const { from, to } of spans) {
    const kept: string[] = []
    let rest = text
    for (;;) {
      const begin = rest.search(from)
      const end = begin < 0 ? null : to.exec(rest.slice(begin))
      if (end === null) break
      kept.push(rest.slice(0, begin), ' ')
      rest = rest.slice(begin + end.index + end[0].length)
    }
    text = kept.join('') + rest
  }
  return text
}
