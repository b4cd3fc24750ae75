import { tangled } from './tangled.js'

/** What markdown is given at once, in characters: its worst inputs cost the square of their length. */
const longest = 4_000
/** A slice is not cut shorter than this for the sake of a better place. */
const shortest = 1_500
/** Beyond this, in characters, formatting costs more than it tells. */
const formatted = 40_000

const opening = /^ {0,3}(`{3,}|~{3,})([^`]{0,200})$/

/**
 * @typedef {{ kind: 'markdown' | 'plain', source: string } |
 *   { kind: 'code', source: string, language: string, text: string }} Slice
 */

/**
 * A text in pieces that are drawn one by one, each within the limit. It is cut between blocks, else between lines,
 * else between words; only code between fences stays whole. More text at the end leaves the earlier slices as they are.
 * @param {string} text @returns {Slice[]}
 */
export function slicesOf(text) {
  const beginning = beginningOf(text, formatted)
  const rest = plainSlices(text.slice(beginning.length))
  return [...markdownSlices(beginning), ...rest]
}

/** At most `limit` characters from the start, up to the end of a block or a line where there is one. */
export function beginningOf(text, limit) {
  if (text.length <= limit) return text
  const part = text.slice(0, limit)
  const ends = [part.lastIndexOf('\n\n') + 2, part.lastIndexOf('\n') + 1]
  return part.slice(0, ends.find((at) => at > limit / 2) ?? wordEnd(text, limit / 2, limit))
}

function plainSlices(text) {
  const slices = []
  for (let from = 0; from < text.length; ) {
    const source = beginningOf(text.slice(from, from + 2 * longest), longest)
    slices.push({ kind: 'plain', source })
    from += source.length
  }
  return slices
}

function markdownSlices(text) {
  if (text.length <= longest) return text === '' ? [] : [wordsSlice(text)]
  const slices = []
  let from = 0
  let gap = 0
  /** @type {{ at: number, mark: string } | null} */
  let fence = null

  function cut(at) {
    if (at <= from) return
    const source = text.slice(from, at)
    slices.push(source.length > longest ? codeSlice(source, fence) : wordsSlice(source))
    from = at
    gap = at
  }
  function inFence(words, next) {
    if (next - from > longest) cut(fence.at)
    if (!closes(words, fence.mark)) return
    if (next - from > longest) cut(next)
    fence = null
  }
  function outside(words, line, next) {
    if (next - from > longest) cut(gap - from >= shortest ? gap : line)
    while (next - from > longest) cut(wordEnd(text, from + shortest, from + longest))
    if (words === '' && !/\s/.test(text[next] ?? '')) gap = next
  }

  for (let line = 0; line < text.length; ) {
    const end = text.indexOf('\n', line)
    const next = end < 0 ? text.length : end + 1
    const words = text.slice(line, next).trimEnd()
    const mark = fence ? null : opening.exec(words)?.[1]
    if (mark) fence = { at: line, mark }
    if (fence && !mark) inFence(words, next)
    else outside(words, line, next)
    line = next
  }
  cut(text.length)
  return slices
}

const wordsSlice = (source) => ({ kind: tangled(source) ? 'plain' : 'markdown', source })

/** As leniently as the parser does. */
function closes(words, mark) {
  const inner = words.replace(/^ {0,3}/, '')
  return inner.startsWith(mark) && /^[`~]*$/.test(inner.slice(mark.length))
}

function codeSlice(source, { mark }) {
  const lines = source.replace(/\n$/, '').split('\n')
  const language = lines.shift().trim().slice(mark.length).trim().split(/\s+/)[0]
  if (lines.length > 0 && closes(lines.at(-1).trimEnd(), mark)) lines.pop()
  return { kind: 'code', source, language, text: lines.join('\n') }
}

/** The end of the last word in this range; never within a surrogate pair. */
function wordEnd(text, from, to) {
  const space = text.lastIndexOf(' ', to - 1)
  if (space > from) return space + 1
  return /[\ud800-\udbff]/.test(text[to - 1]) ? to - 1 : to
}
