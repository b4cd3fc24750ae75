/**
 * Markdown that can't hold up a lexer: what reads emphasis, quotes and lists takes time by the square of a block's length,
 * of its signs, and by the depth of its nesting. What people and models write stays as it is.
 */
export function tamed(markdown: string): string {
  const lines: string[] = []
  let block = { length: 0, signs: 0 }
  for (const line of markdown.split('\n').flatMap(shortLines).map(shallow)) {
    const own = { length: line.length, signs: line.match(signs)?.length ?? 0 }
    // A table's cells are read one by one; its rows belong together.
    const added = line.startsWith('|')
      ? own
      : { length: block.length + own.length, signs: block.signs + own.signs }
    const isNew = added.length > longestBlock || added.signs > mostSigns
    if (isNew && !line.startsWith('|')) lines.push('')
    lines.push(own.signs > mostSigns ? line.replace(signs, '') : line)
    block = line.trim() === '' ? { length: 0, signs: 0 } : isNew ? own : added
  }
  return lines.join('\n')
}

/** UTF-16 units; a long paragraph has some 1,500. */
const longestBlock = 2_000
/** Signs that open or close something; a paragraph full of links and code has some dozens. */
const mostSigns = 150
/** Up to the last end of a sentence. */
const sentenceEnd = /^.*(?:[.!?…]["”’)]?(?=\s)|[。！？])/s
const signs = /[*_~`[\]<>!\\]/g

const shallow = (line: string): string =>
  line
    .replace(/^(?:[^\S\n]*>){8,}/, '> '.repeat(8))
    .replace(/^(?:[^\S\n]*(?:\d{1,9}[.)]|[-+*])[^\S\n]+){6,}/, '- ')
    .replace(/^[^\S\n]{32,}/, ' '.repeat(32))

/** Cut between two sentences, else two words, where there are some: a voice pauses there. */
function shortLines(line: string): string[] {
  const pieces: string[] = []
  let rest = line
  while (rest.length > longestBlock && !rest.startsWith('|')) {
    const sentences = sentenceEnd.exec(rest.slice(0, longestBlock))?.[0].length ?? 0
    const space = rest.lastIndexOf(' ', longestBlock)
    const end = [sentences, space].find((at) => at > longestBlock / 2) ?? longestBlock
    pieces.push(rest.slice(0, end))
    rest = rest.slice(end)
  }
  return [...pieces, rest]
}
