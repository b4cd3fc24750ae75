/** Places inside a line where it may be broken. Offsets are UTF-16; 0 means there is none. */

/** A period or its like, quotes or brackets that close, then a space; CJK stops need no space. */
const SENTENCE_END = /[.!?…。！？][\p{Pe}\p{Pf}"'*_]{0,3}(?=[ \t])|[。！？][\p{Pe}\p{Pf}]{0,3}/gu
/** The segmenter sees this much of what follows: longer clusters are nobody's writing. */
const CLUSTER_REACH = 256

let segmenter: Intl.Segmenter | undefined

export function sentenceBreak(line: string, most: number): number {
  let last = 0
  for (const match of line.slice(0, most + 1).matchAll(SENTENCE_END)) {
    const end = match.index + match[0].length
    if (end <= most) last = end
  }
  return last
}

/** Before the last run of spaces at or before `most`. */
export function wordBreak(line: string, most: number): number {
  let at = Math.min(most, line.length)
  while (at > 0 && !isSpace(line.charAt(at))) at--
  while (at > 0 && isSpace(line.charAt(at - 1))) at--
  return at
}

/**
 * The last boundary between graphemes at or before `most`; between code points where one cluster takes it all.
 * `text` must begin at a boundary: flags are pairs counted from there.
 */
export function graphemeBreak(text: string, most: number): number {
  if (most >= text.length) return text.length
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' })
  const cluster = segmenter.segment(text.slice(0, most + CLUSTER_REACH)).containing(most)
  return cluster?.index || codePointBreak(text, most)
}

function codePointBreak(text: string, most: number): number {
  const low = text.charCodeAt(most)
  const high = text.charCodeAt(most - 1)
  const inside = low >= 0xdc00 && low <= 0xdfff && high >= 0xd800 && high <= 0xdbff
  return inside ? most - 1 : most
}

function isSpace(character: string): boolean {
  return character === ' ' || character === '\t'
}
