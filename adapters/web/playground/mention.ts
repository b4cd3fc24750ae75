/** `@Parley` as a word of its own: not in an address (me@parley.org), not the beginning of another name. */
export const mention = /(?<![\p{L}\p{N}_@.])@parley(?![\p{L}\p{N}_]|[-.@][\p{L}\p{N}])/iu

/** Code quotes; it addresses nobody. */
export const mentionsParley = (text: string): boolean => mention.test(text.replace(code, ' '))

const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g

/** The text without the address at its beginning or end; a mention within is part of what is said. */
export function withoutMention(text: string): string {
  const opened = text.replace(address, '').trim()
  const end = opened.slice(-closingLength)
  return opened.slice(0, opened.length - end.length) + end.replace(closing, '$1').trimEnd()
}

const address = new RegExp(`^\\s*${mention.source}[,:;]?\\s*`, 'iu')
const closing = new RegExp(`(?:^|,?\\s)${mention.source}([.?!]*)$`, 'iu')
/** The longest closing address; looking no further keeps it linear. */
const closingLength = 24

/** Whether the message begins by speaking to someone else. */
export const addressesAnother = (text: string): boolean =>
  /^\s*@[\p{L}\p{N}_]/u.test(text) && !new RegExp(`^\\s*${mention.source}`, 'iu').test(text)
