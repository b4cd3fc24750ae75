/** Characters of a long message that are shown, half of them from its end. */
const MOST_SHOWN = 480

/** Messages that are quoted when many are answered together. */
const MOST_MESSAGES = 10

/** Each message as a quote of its own, the first ten of them; '' for none. */
export function quotedAll(messages: readonly string[]): string {
  const more = messages.length - MOST_MESSAGES
  const quotes = messages.slice(0, MOST_MESSAGES).map(quoted)
  return [...quotes, ...(more > 0 ? [`and ${more.toLocaleString('en')} more`] : [])].join('\n\n')
}

/** A block quote of what the person wrote, shortened in the middle with the full length named. */
function quoted(words: string): string {
  if (words.length <= MOST_SHOWN) return block(words)
  const length = words.length.toLocaleString('en')
  const half = MOST_SHOWN / 2
  return `${block(`${head(words, half)} … ${tail(words, half)}`)}\n\nThat was shortened in the middle: ${length} characters in all.`
}

function block(words: string): string {
  return words
    .split('\n')
    .map((line) => `> ${line}`.trimEnd())
    .join('\n')
}

function head(words: string, length: number): string {
  return words.slice(0, length).toWellFormed().replace(/�$/, '').trimEnd()
}

function tail(words: string, length: number): string {
  return words.slice(-length).toWellFormed().replace(/^�/, '').trimStart()
}
