import { type Context, scan } from './blocks.ts'
import { contextInside, findCut, lineAt } from './cut.ts'
import { type Beginning, begin, closingOf, fenceHolds } from './seam.ts'

/** How long a message may be, in the platform's own unit. */
export interface Ruler {
  readonly limit: number
  measure(markdown: string): number
}

/** One message's share of the text. `opening + source + closing`, blanks at its ends left out, is `markdown`. */
export interface Piece {
  /** The exact slice of the text; the slices of all pieces joined are the text. */
  readonly source: string
  /** Added in front: a fence reopened, a table's header repeated. */
  readonly opening: string
  /** Added behind: the fence closed. */
  readonly closing: string
  readonly markdown: string
  /** What the piece before left open, and what this one does. */
  readonly before: Context
  readonly after: Context
}

export const START: Context = { kind: 'plain', midLine: false }
/** Lines are judged by the one that follows: so much is read beyond what can fit. */
const LOOKAHEAD = 128

/** Cuts `text` into messages. Linear in its length. Only a code point longer than the limit exceeds it. */
export function split(text: string, ruler: Ruler): Piece[] {
  const pieces: Piece[] = []
  let rest = text
  let context = START
  for (;;) {
    const next = nextPiece(rest, context, ruler)
    if (!next) break
    pieces.push(next)
    rest = rest.slice(next.source.length)
    context = next.after
  }
  if (rest !== '') pieces.push(lastPiece(rest, context, ruler))
  return pieces
}

/** The text that was cut into `pieces`. */
export function join(pieces: readonly Piece[]): string {
  return pieces.map((piece) => piece.source).join('')
}

/** The first message of `source`; null when all of it fits into one message. */
export function nextPiece(source: string, context: Context, ruler: Ruler): Piece | null {
  const beginning = begin(source, context, ruler)
  const reach = overflow(beginning.body, ruler)
  if (reach === null && ruler.measure(lastPiece(source, context, ruler).markdown) <= ruler.limit) return null

  const text = beginning.body.slice(0, (reach ?? beginning.body.length) + LOOKAHEAD)
  const lines = scan(text, beginning.context, (fence) => fenceHolds(fence, ruler))
  const fits = (at: number, inside: Context): boolean =>
    ruler.measure(shown(beginning, at, closingOf(inside))) <= ruler.limit
  const most = longest(reach ?? text.length, (at) => fits(at, contextInside(lineAt(lines, at), at) ?? START))
  const cut = findCut(text, lines, most, fits)
  const closing = closingOf(cut.context)
  return {
    source: source.slice(0, beginning.lead + cut.at),
    opening: beginning.opening,
    closing,
    markdown: shown(beginning, cut.at, closing),
    before: context,
    after: cut.context,
  }
}

/** All of `source` as one message, however long. */
export function lastPiece(source: string, context: Context, ruler: Ruler): Piece {
  const beginning = begin(source, context, ruler)
  const lines = scan(beginning.body, beginning.context, (fence) => fenceHolds(fence, ruler))
  const last = lines.at(-1)
  const end = beginning.body.length
  const closing = closingOf(last?.after ?? beginning.context)
  return {
    source,
    opening: beginning.opening,
    closing,
    markdown: shown(beginning, end, closing),
    before: context,
    after: contextInside(last, end) ?? last?.after ?? beginning.context,
  }
}

function shown(beginning: Beginning, at: number, closing: string): string {
  const body = beginning.body.slice(0, at).trimEnd()
  return body === '' ? '' : `${beginning.opening}${body}${closing}`
}

/** A length at which `body` is too long for sure; null when it may fit. */
function overflow(body: string, ruler: Ruler): number | null {
  for (let size = ruler.limit; size < body.length; size *= 2)
    if (ruler.measure(body.slice(0, size + 1)) > ruler.limit) return size + 1
  return null
}

/** The greatest length that fits, found by halving: near it the text only grows. */
function longest(most: number, fits: (at: number) => boolean): number {
  let low = 0
  let high = most
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if (fits(middle)) low = middle
    else high = middle - 1
  }
  return low
}
