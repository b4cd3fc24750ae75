import { withEmoji } from './emoji.ts'
import { idShape, isId } from './fields.ts'

/** Names for the ids in what people wrote; null = not known. */
export interface Naming {
  user(id: string): string | null
  channel(id: string): string | null
  group(id: string): string | null
}

const nameless: Naming = { user: () => null, channel: () => null, group: () => null }

/**
 * Slack's own markup as Markdown: `text` as events, commands and files have it, with `& < >` escaped. Ids get names,
 * links their form, `*bold*` its second star; code stays as it is.
 */
export function markdownOf(text: string, naming: Naming = nameless): string {
  return text
    .split(code)
    .map((piece, i) =>
      i % 2 === 1 ? fenced(unescaped(tagged(piece, naming, rawLink))) : proseOf(piece, naming),
    )
    .join('')
}

/** The same without emphasis: what was typed behind a slash is not formatted. */
export const plainOf = (text: string, naming: Naming = nameless): string =>
  withEmoji(unescaped(tagged(text, naming, rawLink)))

/** The ids that `markdownOf` asks names for; those that have their name with them are not among them. */
export function idsIn(text: string): { users: string[]; channels: string[]; groups: string[] } {
  const named = [...text.matchAll(tags)].map(([, inside = '']) => inside)
  const of = (shape: RegExp) => [...new Set(named.flatMap((inside) => shape.exec(inside)?.[1] ?? []))]
  return {
    users: of(new RegExp(`^@(${idShape})$`)),
    channels: of(new RegExp(`^#(${idShape})\\|?$`)),
    groups: of(new RegExp(`^!subteam\\^(${idShape})\\|?$`)),
  }
}

/** Those who are addressed, with or without their name. */
export function mentionedIn(text: string): { users: string[]; groups: string[] } {
  const all = (shape: RegExp) => [...text.matchAll(shape)].map(([, id = '']) => id)
  return {
    users: all(new RegExp(`<@(${idShape})[|>]`, 'g')),
    groups: all(new RegExp(`<!subteam\\^(${idShape})[|>]`, 'g')),
  }
}

/** Code first: nothing inside it is emphasis. */
const code = /(```[\s\S]*?```|`[^`\n]+`)/
const tags = /<([^<>\n]{1,3000})>/g

function proseOf(text: string, naming: Naming): string {
  // A link's address may hold stars and underscores that mean nothing: it is put aside.
  const links: string[] = []
  const aside = (url: string, label: string | null) => `\0${links.push(linkOf(url, label)) - 1}\0`
  const named = tagged(text.replaceAll('\0', ''), naming, aside)
  const emphasised = named
    .replaceAll(/(^|[^\w*])\*(?=\S)([^*\n]*[^*\s])\*(?![\w*])/g, '$1**$2**')
    .replaceAll(/(^|[^\w~])~(?=\S)([^~\n]*[^~\s])~(?![\w~])/g, '$1~~$2~~')
    // A bullet as Slack's clients write it into plain text.
    .replaceAll(/^([ \t]*)[•◦▪] +/gm, '$1- ')
    .replaceAll(/^&gt;(?:&gt;&gt;)? ?/gm, '> ')
  return withEmoji(unescaped(emphasised)).replaceAll(/\0(\d+)\0/g, (_, at: string) => links[Number(at)] ?? '')
}

function tagged(text: string, naming: Naming, link: (url: string, label: string | null) => string): string {
  return text.replaceAll(tags, (whole, inside: string) => {
    const bar = inside.indexOf('|')
    const [target, label] = bar < 0 ? [inside, null] : [inside.slice(0, bar), inside.slice(bar + 1) || null]
    const id = target.slice(1)
    switch (target[0]) {
      case '@':
        return isId(id) ? `@${bare(label) ?? naming.user(id) ?? 'unknown user'}` : whole
      case '#':
        return isId(id) ? `#${bare(label) ?? naming.channel(id) ?? 'unknown channel'}` : whole
      case '!':
        return special(id, label, naming) ?? whole
      default:
        return /^(?:[a-z][a-z\d+.-]{1,20}:|\/|\?)/i.test(target) ? link(target, label) : whole
    }
  })
}

/** `<!here>`, `<!subteam^S1|@crew>`, `<!date^1392734382^{date}|18 February>`. */
function special(inside: string, label: string | null, naming: Naming): string | null {
  if (/^(?:here|channel|everyone)$/.test(inside)) return `@${inside}`
  const [kind, value = ''] = inside.split('^')
  if (kind === 'subteam')
    return isId(value) ? `@${bare(label) ?? naming.group(value) ?? 'unknown group'}` : null
  if (kind === 'date') return label ?? momentWords(value)
  return label
}

/** `value`: seconds since the epoch. */
export function momentWords(value: string): string | null {
  const moment = new Date(/^-?\d{1,12}$/.test(value) ? Number(value) * 1000 : Number.NaN)
  return Number.isNaN(moment.getTime()) ? null : `${moment.toISOString().slice(0, 16).replace('T', ' ')} UTC`
}

/** In Markdown. `url` and `label` are escaped as Slack does it. */
function linkOf(url: string, label: string | null): string {
  return markdownLink(unescaped(url), label === null ? null : withEmoji(unescaped(label)))
}

/** A link in Markdown; where the label says no more than the address, the address alone. */
export function markdownLink(url: string, label: string | null): string {
  const address = /[\s()<>]/.test(url) ? `<${url.replaceAll(/[\s<>]/g, encodeURIComponent)}>` : url
  const shown = url.replace(/^mailto:|^tel:/, '')
  if (label === null || label.trim() === '' || [url, shown].includes(label) || isSame(url, label))
    return shown
  return `[${label.replaceAll(/[[\]]/g, '\\$&').replaceAll('\n', ' ')}](${address})`
}

/** Clients make links of bare names: `example.com` stands for `http://example.com`. */
const isSame = (url: string, label: string): boolean =>
  url.replace(/^https?:\/\//, '').replace(/\/$/, '') === label.replace(/^https?:\/\//, '').replace(/\/$/, '')

const rawLink = (url: string, label: string | null): string =>
  label === null || isSame(url, label) ? url.replace(/^mailto:|^tel:/, '') : label

/** A fence wants lines of its own, which Slack does not ask for. */
const fenced = (text: string): string =>
  text.startsWith('```') ? `\n\`\`\`\n${text.slice(3, -3).replaceAll(/^\n|\n$/g, '')}\n\`\`\`\n` : text

const bare = (label: string | null): string | null => label?.replace(/^[@#]/, '') || null

/** `&amp;` last: `&amp;lt;` is the text `&lt;`. */
export const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&')
