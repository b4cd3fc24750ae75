import { type Context, type Line, scan } from './blocks.ts'
import { mayBecomeFence } from './fences.ts'
import { begin, closingOf, fenceHolds } from './seam.ts'
import type { Ruler } from './splitter.ts'

export interface Preview {
  /** '' when there is no word to show. */
  readonly markdown: string
  /** Its beginning that stays: without what only closes it for now. */
  readonly stays: string
  /** How much of the source it shows. */
  readonly length: number
}

const NOTHING: Preview = { markdown: '', stays: '', length: 0 }

/**
 * What a message shows of a text that is still being written: an open fence closed, half a marker and a block of code
 * without a line of it held back.
 */
export function preview(source: string, context: Context, ruler: Ruler): Preview {
  const beginning = begin(source, context, ruler)
  const lines = scan(beginning.body, beginning.context, (fence) => fenceHolds(fence, ruler))
  while (lines.length > 0 && isHeldBack(beginning.body, lines)) lines.pop()
  const last = lines.at(-1)
  if (!last) return NOTHING
  const body = beginning.body.slice(0, last.end).trimEnd()
  if (!hasWord(body)) return NOTHING
  const stays = `${beginning.opening}${body}`
  return { markdown: `${stays}${closingOf(last.after)}`, stays, length: beginning.lead + body.length }
}

/** Something to read or look at: not only blanks, invisible characters and Markdown's own signs. */
export function hasWord(markdown: string): boolean {
  return /[^\s\p{C}\p{M}#*_`~>|+=.\-:()[\]!\\]/u.test(markdown)
}

/** Whether anything would be seen at all; platforms refuse messages of blanks. */
export function isVisible(markdown: string): boolean {
  return /[^\s\p{C}]/u.test(markdown)
}

function isHeldBack(body: string, lines: readonly Line[]): boolean {
  const line = lines.at(-1)
  if (!line) return false
  const words = body.slice(line.start, line.end)
  if (words.trim() === '' || line.kind === 'open') return true
  const unfinished = line.end === body.length
  return unfinished && line.kind !== 'close' && mayBecomeFence(words, line.kind === 'code')
}
