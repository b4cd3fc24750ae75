import type { Context, Line } from './blocks.ts'
import { graphemeBreak, sentenceBreak, wordBreak } from './breaks.ts'

export interface Cut {
  /** Where the message ends; what follows begins with the whitespace at the cut. */
  readonly at: number
  readonly context: Context
}

type Rank = 'block' | 'item' | 'row' | 'line' | 'sentence' | 'word'

/** Best first. A cut is taken only if it fills the message at least so far: whole blocks are worth some room. */
const WORTH: readonly (readonly [Rank, number])[] = [
  ['block', 0.5],
  ['item', 0.5],
  ['row', 0.3],
  ['line', 0.6],
  ['sentence', 0.5],
  ['word', 0.25],
]
/** A closing fence longer than what was measured for its line can push a cut back by this much at most. */
const SLACK = 64

/**
 * Where `text` is cut best when at most `most` of it fits. `fits` says whether a message may end at an offset in a
 * context, closing included. Always makes progress: at least one grapheme, or one code point where even that is too
 * long.
 */
export function findCut(
  text: string,
  lines: readonly Line[],
  most: number,
  fits: (at: number, context: Context) => boolean,
): Cut {
  const table = tableAt(lines, most)
  const beforeTable = table > 0 ? lineEndBefore(lines, table) : null
  if (beforeTable && beforeTable.at > 0 && fits(beforeTable.at, beforeTable.context)) return beforeTable

  const ends = lineEnds(lines, most)
  const last = lastFitting(ends, fits)
  for (const [rank, share] of WORTH) {
    const end = lastFitting(
      ends.filter((each) => each.rank === rank && each.at >= most * share),
      fits,
    )
    if (end) return end
    const inside = rank === 'sentence' || rank === 'word' ? inLine(text, lines, most, rank, fits) : null
    const cut = rank === 'word' ? later(inside, last) : inside
    if (cut && cut.at >= most * share) return cut
  }
  const line = divisible(lines, most)
  if (!line && last) return last
  const reach = Math.min(most, line?.end ?? most)
  const context = contextInside(line, reach) ?? { kind: 'plain', midLine: true }
  let at = graphemeBreak(text, reach)
  while (at > 1 && !fits(at, context)) at = graphemeBreak(text, at - 1)
  return { at: Math.max(at, firstCodePoint(text)), context }
}

function later(one: Cut | null, other: Cut | null): Cut | null {
  return (one?.at ?? -1) >= (other?.at ?? -1) ? one : other
}

interface LineEnd extends Cut {
  readonly rank: Rank
}

function lineEnds(lines: readonly Line[], most: number): LineEnd[] {
  const ends: LineEnd[] = []
  for (const [index, line] of lines.entries()) {
    if (line.end > most + SLACK) break
    const rank = line.end > 0 ? rankAfter(lines, index) : null
    if (rank) ends.push({ at: line.end, context: line.after, rank })
  }
  return ends
}

/** How good it is to end a message after this line; null where it must not end. */
function rankAfter(lines: readonly Line[], index: number): Rank | null {
  const line = lines[index]
  const next = lines[index + 1]
  if (!line || !next) return null
  switch (line.kind) {
    case 'blank':
    case 'open':
    case 'head':
    case 'delimiter':
      return null
    case 'heading':
      return 'word'
    case 'row':
      return next.kind === 'row' ? 'row' : 'block'
    case 'code':
      return next.kind === 'code' && isBlankCode(line, next) ? 'item' : 'line'
    case 'close':
      return 'block'
    case 'text':
    case 'item':
      return rankBefore(lines, index + 1)
  }
}

function rankBefore(lines: readonly Line[], index: number): Rank {
  const next = lines[index]
  if (next?.kind === 'blank') {
    const resumes = lines.slice(index + 1, index + 4).find((line) => line.kind !== 'blank')
    return resumes?.kind === 'item' ? 'item' : 'block'
  }
  if (next?.kind === 'item') return 'item'
  return next?.kind === 'text' || next === undefined ? 'line' : 'block'
}

/** A blank line in code, between two functions, say. */
function isBlankCode(line: Line, next: Line): boolean {
  return next.end - next.start === 0 && line.end - line.start > 0
}

function lastFitting(ends: readonly Cut[], fits: (at: number, context: Context) => boolean): Cut | null {
  return ends.findLast((end) => fits(end.at, end.context)) ?? null
}

function inLine(
  text: string,
  lines: readonly Line[],
  most: number,
  rank: 'sentence' | 'word',
  fits: (at: number, context: Context) => boolean,
): Cut | null {
  const line = divisible(lines, most)
  const context = contextInside(line, most)
  if (!line || !context || (rank === 'sentence' && context.kind !== 'plain')) return null
  const words = text.slice(line.start, line.end)
  const seek = rank === 'sentence' ? sentenceBreak : wordBreak
  for (let room = Math.min(most, line.end) - line.start; room > 0; room--) {
    room = seek(words, room)
    if (room <= 0) break
    if (fits(line.start + room, context)) return { at: line.start + room, context }
  }
  return null
}

/** The last line up to `most` that may be cut in two. */
function divisible(lines: readonly Line[], most: number): Line | undefined {
  return lines.findLast((line) => line.start < most && line.end > line.start && contextInside(line, most))
}

/** The context of a cut inside a line; null where the line must stay whole. */
export function contextInside(line: Line | undefined, at: number): Context | null {
  if (!line) return null
  switch (line.kind) {
    case 'open':
    case 'close':
    case 'head':
    case 'delimiter':
      return null
    case 'code':
      return line.after.kind === 'fence' ? { ...line.after, midLine: at > line.start } : null
    default:
      return { kind: 'plain', midLine: at > line.start }
  }
}

export function lineAt(lines: readonly Line[], at: number): Line | undefined {
  return lines.find((line) => line.end >= at)
}

/** Where the table starts that is still going on at `at`; -1 when there is none. */
function tableAt(lines: readonly Line[], at: number): number {
  let index = lines.findIndex((line) => line.end >= at)
  const inTable = (line: Line | undefined): boolean =>
    line?.kind === 'row' || line?.kind === 'delimiter' || line?.kind === 'head'
  if (index === -1 || !inTable(lines[index])) return -1
  while (index > 0 && inTable(lines[index]) && lines[index]?.kind !== 'head') index--
  return lines[index]?.kind === 'head' ? index : -1
}

function lineEndBefore(lines: readonly Line[], index: number): Cut | null {
  const line = lines.slice(0, index).findLast((each) => each.kind !== 'blank')
  return line ? { at: line.end, context: line.after } : null
}

function firstCodePoint(text: string): number {
  return (text.codePointAt(0) ?? 0) > 0xffff ? 2 : 1
}
