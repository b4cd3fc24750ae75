import { type Context, scan } from './blocks.ts'
import { fenceHolds } from './seam.ts'
import { lastPiece, type Piece, type Ruler } from './splitter.ts'

/**
 * Where a message ends of which the first `least` characters are shown for good. `full`: the message as it would be cut
 * otherwise; null while all of `tail` fits. From some length on a good end is taken where the text happens to come to
 * one, for later there may be none.
 */
export function pieceBeyond(
  least: number,
  full: Piece | null,
  tail: string,
  context: Context,
  ruler: Ruler,
): Piece | null {
  if (full && full.source.length >= least) return full
  const most = full ? wordEnd(tail, least) : blockEnd(tail, least, context, ruler)
  if (most === null) return null
  const piece = lastPiece(tail.slice(0, most), context, ruler)
  return most === least || ruler.measure(piece.markdown) <= ruler.limit
    ? piece
    : lastPiece(tail.slice(0, least), context, ruler)
}

/** So full that a good end is taken. */
const NEARLY = 0.7
/** A word may be so much longer than what is shown of it. */
const WORD_REACH = 40

function wordEnd(tail: string, least: number): number {
  const rest = /^\S*/.exec(tail.slice(least, least + WORD_REACH))?.[0].length ?? 0
  return rest < WORD_REACH ? least + rest : least
}

/** The end of a paragraph, list or the like behind `least`, when the message is nearly full; null where there is none. */
function blockEnd(tail: string, least: number, context: Context, ruler: Ruler): number | null {
  const blank = /\n[ \t]*\n[ \t]*\S/.exec(tail.slice(least))
  if (!blank || ruler.measure(tail.slice(0, least)) < NEARLY * ruler.limit) return null
  const end = least + blank.index
  const inside = scan(tail.slice(0, end), context, (fence) => fenceHolds(fence, ruler)).at(-1)?.after
  return (inside ?? context).kind === 'fence' ? null : end
}
