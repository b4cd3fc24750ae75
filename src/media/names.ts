/** What breaks a line, or turns the direction of all that follows (Unicode's bidirectional controls). */
const unseen = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu

/** A file's name is its sender's: shown as code so that nothing in it is formatted or mentions anyone. */
export const quoted = (name: string): string =>
  `\`${name.replaceAll('`', "'").replaceAll(unseen, ' ').slice(0, 100).toWellFormed() || 'file'}\``

/** Names in the sentence about files beyond the number that is read. */
const mostNamed = 3

/** Says that of one question's files these were too many. */
export function beyond(files: readonly { readonly name: string }[], most: number): string {
  const names = files.slice(0, mostNamed).map(({ name }) => quoted(name))
  const more = files.length > names.length ? ` and ${files.length - names.length} more` : ''
  return `${names.join(', ')}${more}: I read ${most} files at a time; send the rest afterwards.`
}
