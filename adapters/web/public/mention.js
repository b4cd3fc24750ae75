/** `@Parley` as a word of its own, as the server sees it: not in an address, not the beginning of another name. */
export const mention = /(?<![\p{L}\p{N}_@.])@parley(?![\p{L}\p{N}_]|[-.@][\p{L}\p{N}])/iu

/** Code quotes; it addresses nobody. */
const code = /```[\s\S]*?(?:```|$)|`[^`\n]*`/g

export const mentionsParley = (text) => mention.test(text.replace(code, ' '))

/** Begins with something that markdown reads only at the start of a line: a fence, a heading, a list, a table. */
const block = /^(?:```|~~~|#|>|\||[-*+]\s|\d+[.)]\s)/

/** The text with the mention before it. */
export const mentioning = (text) => (block.test(text) ? `@Parley\n\n${text}` : `@Parley ${text}`.trim())
