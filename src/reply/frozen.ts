import type { Context } from './blocks.ts'
import { isVisible } from './preview.ts'
import { join, type Piece } from './splitter.ts'

/** The messages of an answer that are full. */
export interface Frozen {
  count(): number
  /** The same without invisible ones at the end. */
  visible(): number
  at(index: number): FrozenPiece | undefined
  push(piece: FrozenPiece): void
  /** The last one says this instead. */
  rewriteLast(markdown: string): void
  /** How much of the text they hold, in UTF-16 units. */
  length(): number
  /** The same up to the end of message `index`. */
  reach(index: number): number
  text(): string
  /** Takes those from `index` on out; null when there are none. */
  takeBack(index: number): { readonly source: string; readonly before: Context; readonly note: string } | null
}

export interface FrozenPiece extends Piece {
  /** Words set above it, which are no part of the answer. */
  readonly note: string
}

export function createFrozen(): Frozen {
  const pieces: FrozenPiece[] = []
  let length = 0
  return {
    count: () => pieces.length,
    visible: () => pieces.findLastIndex((piece) => isVisible(piece.markdown)) + 1,
    at: (index) => pieces[index],
    push(piece) {
      pieces.push(piece)
      length += piece.source.length
    },
    rewriteLast(markdown) {
      const last = pieces.pop()
      if (last) pieces.push({ ...last, markdown })
    },
    length: () => length,
    reach: (index) => join(pieces.slice(0, index + 1)).length,
    text: () => join(pieces),
    takeBack(index) {
      const again = pieces.splice(index)
      const first = again[0]
      if (!first) return null
      const source = join(again)
      length -= source.length
      return { source, before: first.before, note: first.note }
    },
  }
}
