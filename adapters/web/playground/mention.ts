/** `@Parley` as a word of its own: not in an address (me@parley.org), not the beginning of another name. */
export const mention = /(?<![\p{L}\p{N}_@.])@parley(?![\p{L}\p{N}_]|[-.@][\p{L}\p{N}])/iu

const everyMention = new RegExp(mention.source, 'giu')

export const mentionsParley = (text: string): boolean => mention.test(text)

/** The text without the mention, as if it had been said to Parley alone. */
export function withoutMention(text: string): string {
  const opened = text.replace(new RegExp(`^\\s*${mention.source}[,:;]?\\s*`, 'iu'), '')
  return opened.replace(new RegExp(` ?${everyMention.source}`, 'giu'), '').trim()
}

/** Whether the message begins by speaking to someone else. */
export const addressesAnother = (text: string): boolean =>
  /^\s*@[\p{L}\p{N}_]/u.test(text) && !new RegExp(`^\\s*${mention.source}`, 'iu').test(text)
