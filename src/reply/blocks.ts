import { closesFence, type Fence, leavesFence, openingFence } from './fences.ts'
import { continuesTable, startsTable } from './tables.ts'

/** What a message is in the middle of, so that the next one can go on with it. */
export type Context =
  | { readonly kind: 'plain'; readonly midLine: boolean }
  | { readonly kind: 'fence'; readonly fence: Fence; readonly midLine: boolean }
  /** `header`: both header rows, each with its newline. */
  | { readonly kind: 'table'; readonly header: string }

export interface Line {
  readonly kind: LineKind
  /** Offsets in the scanned text; `end` is before the newline. */
  readonly start: number
  readonly end: number
  /** The context when the text stops at the end of this line. */
  readonly after: Context
}

/** `open` and `close` are a fence's own lines, `head` a table's header and delimiter rows. */
export type LineKind =
  | 'blank'
  | 'text'
  | 'heading'
  | 'item'
  | 'open'
  | 'code'
  | 'close'
  | 'head'
  | 'delimiter'
  | 'row'

const PLAIN: Context = { kind: 'plain', midLine: false }
const HEADING = /^[ ]{0,3}#{1,6}(?:[ \t]|$)/
const ITEM = /^([ \t>]*)(?:[-*+]|\d{1,9}[.)])(?:[ \t]+|$)/

/**
 * The lines of `text`, which begins in `context`, in one pass without backtracking. A lexer of whole documents can
 * neither begin in the middle of a fence nor promise linear time and exact offsets on hostile text; this does no more
 * than a message's end needs. Fences for which `holds` is false are taken for plain text.
 */
export function scan(text: string, context: Context, holds: (fence: Fence) => boolean): Line[] {
  const lines: Line[] = []
  let now: Context = context
  let nesting = 0
  let afterBlank = true

  for (let start = 0; start < text.length; ) {
    const newline = text.indexOf('\n', start)
    const end = newline === -1 ? text.length : newline
    const words = withoutReturn(text.slice(start, end))
    const line = read(words, start, end)
    now = line.after
    lines.push(line)
    nesting = nestingAfter(words, line.kind)
    afterBlank = line.kind === 'blank'
    start = end + 1
  }
  return lines

  function read(words: string, start: number, end: number): Line {
    const as = (kind: LineKind, after: Context): Line => ({ kind, start, end, after })
    const restOfLine = now.kind === 'fence' && now.midLine
    if (now.kind === 'fence' && (restOfLine || !leavesFence(words, now.fence))) {
      if (!restOfLine && closesFence(words, now.fence)) return as('close', PLAIN)
      return as('code', { ...now, midLine: false })
    }
    if (words.trim() === '') return as('blank', PLAIN)
    const previous = lines.at(-1)
    if (previous?.kind === 'head')
      return as('delimiter', { kind: 'table', header: rows(previous.start, end) })
    if (now.kind === 'table' && continuesTable(words)) return as('row', now)
    const fence = openingFence(words, nesting)
    if (fence && holds(fence)) return as('open', { kind: 'fence', fence, midLine: false })
    if (HEADING.test(words)) return as('heading', PLAIN)
    if (ITEM.test(words)) return as('item', PLAIN)
    if (startsTable(words, following(end))) return as('head', PLAIN)
    return as('text', PLAIN)
  }

  function following(end: number): string {
    if (end >= text.length) return ''
    const newline = text.indexOf('\n', end + 1)
    return text.slice(end + 1, newline === -1 ? text.length : newline)
  }

  function rows(start: number, end: number): string {
    return `${text.slice(start, end)}\n`
  }

  function nestingAfter(words: string, kind: LineKind): number {
    if (kind === 'item') return ITEM.exec(words)?.[0].length ?? 0
    const dedented = afterBlank && kind !== 'blank' && !/^[ \t]/.test(words)
    return dedented ? 0 : nesting
  }
}

function withoutReturn(line: string): string {
  return line.endsWith('\r') ? line.slice(0, -1) : line
}
