import { sentenceBreak } from './breaks.ts'

/** Where a text of which the first `least` characters are shown may end for good; null where it comes to no such end. */

/** At a line or a sentence: markup in a line is closed there. */
export function goodEnd(text: string, least: number): number | null {
  const line = text.indexOf('\n', least)
  if (line !== -1) return line
  const sentence = sentenceBreak(text, text.length)
  return sentence > 0 && sentence >= least ? sentence : null
}

/** At a word that has ended. */
export function wordEnd(text: string, least: number): number | null {
  const more = text.slice(least).search(/\s/)
  return more === -1 ? null : least + more
}
