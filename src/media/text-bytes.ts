/** What can be told of bytes that no known format begins with. */

/** How much of the beginning is looked at. */
const looked = 4096

/** Text in UTF-8, UTF-16 or an older encoding, rather than a program's own bytes. */
export function looksLikeText(head: Uint8Array): boolean {
  const bytes = head.subarray(0, looked)
  if (hasMark(bytes)) return true
  const zeros = [0, 0]
  let controls = 0
  for (const [i, byte] of bytes.entries()) {
    if (byte === 0) zeros[i % 2] = (zeros[i % 2] ?? 0) + 1
    else if (byte < 32 && !allowed.has(byte)) controls++
  }
  const [even = 0, odd = 0] = zeros
  // UTF-16 without its mark: nearly every other byte of a Western text is zero.
  if (even + odd > 0) return controls === 0 && Math.min(even, odd) === 0 && even + odd > bytes.length / 4
  return controls <= bytes.length / 100
}

/** Tab, line feed, form feed, carriage return, and the escape that colours a terminal's text. */
const allowed: ReadonlySet<number> = new Set([9, 10, 12, 13, 27])

function hasMark([a, b, c]: Uint8Array): boolean {
  return (a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff) || (a === 0xef && b === 0xbb && c === 0xbf)
}

export const isSvg = (head: Uint8Array): boolean => /^<svg[\s>]/i.test(rootOf(head))

export const isHtml = (head: Uint8Array): boolean =>
  /^<(!doctype html|html|head|body)[\s>]/i.test(rootOf(head))

/** Markup from its first element on: without what may stand before it. */
function rootOf(head: Uint8Array): string {
  let text = Buffer.from(head.subarray(0, looked))
    .toString('utf8')
    .replace(/^\uFEFF/, '')
    .trimStart()
  for (;;) {
    const end = preambles.find(([begin]) => text.startsWith(begin))?.[1]
    const at = end === undefined ? -1 : text.indexOf(end)
    if (end === undefined || at < 0) return text
    text = text.slice(at + end.length).trimStart()
  }
}

const preambles = [
  ['<?xml', '?>'],
  ['<!--', '-->'],
  ['<!DOCTYPE svg', '>'],
] as const
