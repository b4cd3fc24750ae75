/** Keeps what is a mention to Slack from being one; nothing is seen of it. */
const BREAK = '\u200B'

const names = ['channel', 'here', 'everyone', 'group', 'subteam', 'date']
/** `<@U1>`, `<#C1>`, `<!here>`: also behind backslashes, which Markdown takes away. */
const live = new RegExp(`<(?=\\\\*(?:[@#]|!\\\\*(?:${names.join('|')})))`, 'gi')

/** Every beginning of `!channel` and its like. */
const beginnings = [...new Set(names.flatMap((name) => [...name].map((_, at) => name.slice(0, at))))]
/** What may yet become a mention. */
const open = new RegExp(`^<\\\\*(?:!\\\\*(?:${beginnings.join('|')}))?$`, 'i')

/** The text without live mentions: nobody is pinged, whatever it says. Without the zero-width spaces it is the same text. */
export function harmless(text: string): string {
  return (text.includes('<') ? text.replaceAll(live, `<${BREAK}`) : text).toWellFormed()
}

/** How much of a text that still grows may go out: its length without an end that might become a mention, or half a character. */
export function settledLength(text: string): number {
  const last = text.lastIndexOf('<')
  if (last >= 0 && open.test(text.slice(last))) return last
  return /[\uD800-\uDBFF]$/.test(text) ? text.length - 1 : text.length
}
