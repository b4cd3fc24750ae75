/** Marks of quotes and lists within each other, at the start of a line. */
const nested = /^(?:[ \t]*(?:>|[-*+](?=[ \t])|\d{1,9}[.)](?=[ \t]))){12}/m
/** Of `*` and `_`: pairing them costs the square of their number. */
const mostEmphasis = 1_200

const fenced = /^ {0,3}(`{3,}|~{3,})[^\n]*\n[\s\S]*?(?:^ {0,3}\1|$(?![\s\S]))/gm

/** Whether a text is nested or marked as nobody writes by hand, which costs the parser its stack or the reader's time. */
export function tangled(text) {
  const words = text.replace(fenced, '')
  return nested.test(words) || (words.match(/[*_]/g)?.length ?? 0) > mostEmphasis
}
