import type { Json } from './states.ts'

const TOKEN = /<([@#!]?)([^>|]+)(?:\|([^>]*))?>|:([a-z0-9_+-]+):/g

/** The `rich_text` block that Slack's editor makes of plain typing with mentions, links and emoji. */
export function richText(text: string): Json {
  const elements: Json[] = []
  let from = 0
  const plain = (to: number) => {
    if (to > from) elements.push({ type: 'text', text: unescaped(text.slice(from, to)) })
  }
  for (const match of text.matchAll(TOKEN)) {
    plain(match.index)
    from = match.index + match[0].length
    const [, sign, what = '', label, emoji] = match
    if (emoji !== undefined) elements.push({ type: 'emoji', name: emoji })
    else if (sign === '@') elements.push({ type: 'user', user_id: what })
    else if (sign === '#') elements.push({ type: 'channel', channel_id: what })
    else if (sign === '!') elements.push(special(what))
    else
      elements.push({
        type: 'link',
        url: unescaped(what),
        ...(label === undefined ? {} : { text: unescaped(label) }),
      })
  }
  plain(text.length)
  return { type: 'rich_text', block_id: 'typed', elements: [{ type: 'rich_text_section', elements }] }
}

const special = (what: string): Json =>
  what.startsWith('subteam^')
    ? { type: 'usergroup', usergroup_id: what.slice('subteam^'.length) }
    : { type: 'broadcast', range: what }

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
