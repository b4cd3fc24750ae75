import { emojiOf, withEmoji } from './emoji.ts'
import { type Fields, fieldsOf, idOf, listOf, textOf } from './fields.ts'
import { markdownLink, markdownOf, momentWords, type Naming } from './marks.ts'

/** Slack's limit is 50. */
const mostBlocks = 50
/** Of one block, of all its levels. */
const mostElements = 1_000

/** What the blocks of a message say, in Markdown; '' where they say nothing that can be read. */
export function blockWords(blocks: readonly unknown[], naming: Naming): string {
  return blocks
    .slice(0, mostBlocks)
    .map((block) => wordsOf(fieldsOf(block), naming))
    .filter((words) => words.trim() !== '')
    .join('\n')
    .replace(/^\n+|\s+$/g, '')
}

/** Whether it is written by hand: the clients make it of what people type. */
const isRichText = (block: unknown): boolean => fieldsOf(block).type === 'rich_text'

/** The ids that have no name with them, and everybody who is addressed. */
export function idsInBlocks(blocks: readonly unknown[]): {
  users: string[]
  channels: string[]
  groups: string[]
} {
  const inline = blocks.slice(0, mostBlocks).filter(isRichText).flatMap(inlineOf)
  const of = (type: string, field: string) =>
    inline.flatMap((element) => (element.type === type ? (idOf(element[field]) ?? []) : []))
  return {
    users: of('user', 'user_id'),
    channels: of('channel', 'channel_id'),
    groups: of('usergroup', 'usergroup_id'),
  }
}

function wordsOf(block: Fields, naming: Naming): string {
  switch (block.type) {
    case 'rich_text':
      return elementsOf(block)
        .map((element) => richWords(element, naming))
        .join('')
    case 'markdown':
      return textOf(block.text) ?? ''
    case 'header':
      return `## ${objectWords(block.text, naming)}`
    case 'section':
      return [block.text, ...listOf(block.fields).slice(0, 10)]
        .map((text) => objectWords(text, naming))
        .filter((words) => words !== '')
        .join('\n')
    case 'context':
      return elementsOf(block)
        .map((element) => objectWords(element, naming))
        .join(' ')
    case 'table':
      return tableWords(block, naming)
    default:
      return ''
  }
}

/** `{type: 'mrkdwn' | 'plain_text', text}` */
function objectWords(raw: unknown, naming: Naming): string {
  const { type, text } = fieldsOf(raw)
  const words = textOf(text) ?? ''
  return type === 'mrkdwn' ? markdownOf(words, naming) : withEmoji(words)
}

/** Each ends its line. */
function richWords(element: Fields, naming: Naming): string {
  switch (element.type) {
    case 'rich_text_section':
      return `${line(element, naming)}\n`
    case 'rich_text_quote':
      return `${line(element, naming).replaceAll(/^/gm, '> ')}\n`
    case 'rich_text_preformatted':
      return `${fence(elementsOf(element).map(bareWords).join(''), element.language)}\n`
    case 'rich_text_list':
      return list(element, naming)
    default:
      return ''
  }
}

function list(element: Fields, naming: Naming): string {
  const { style, indent, offset } = element
  const before = '    '.repeat(whole(indent, 8))
  const from = whole(offset, 10_000)
  return elementsOf(element)
    .map((item, i) => `${before}${style === 'ordered' ? `${from + i + 1}.` : '-'} ${line(item, naming)}\n`)
    .join('')
}

/** Longer than every fence inside it. */
function fence(text: string, language: unknown): string {
  const marks = '`'.repeat(Math.max(3, ...[...text.matchAll(/`{3,}/g)].map(([run]) => run.length + 1)))
  const name = textOf(language)?.match(/^[\w+#-]{1,30}$/)?.[0] ?? ''
  return `${marks}${name}\n${text.replace(/\n$/, '')}\n${marks}`
}

const line = (element: Fields, naming: Naming): string =>
  elementsOf(element)
    .map((inline) => inlineWords(inline, naming))
    .join('')
    .replace(/\n$/, '')

function inlineWords(element: Fields, naming: Naming): string {
  switch (element.type) {
    case 'link':
      return markdownLink(textOf(element.url) ?? '', textOf(element.text))
    case 'user':
      return `@${named(element.user_id, naming.user) ?? 'unknown user'}`
    case 'usergroup':
      return `@${named(element.usergroup_id, naming.group) ?? 'unknown group'}`
    case 'channel':
      return `#${named(element.channel_id, naming.channel) ?? 'unknown channel'}`
    default:
      return styled(bareWords(element), fieldsOf(element.style))
  }
}

/** Without links' form and without emphasis, as it stands in code. */
function bareWords(element: Fields): string {
  switch (element.type) {
    case 'link':
      return textOf(element.url) ?? ''
    case 'emoji':
      return emojiOf(element.unicode) ?? withEmoji(`:${textOf(element.name) ?? '?'}:`)
    case 'broadcast':
      return `@${textOf(element.range) ?? 'channel'}`
    case 'date':
      return textOf(element.fallback) ?? momentWords(String(element.timestamp)) ?? ''
    case 'color':
      return textOf(element.value) ?? ''
    default:
      return textOf(element.text) ?? ''
  }
}

/** Spaces at the ends stay outside of the marks, where Markdown wants them. */
function styled(text: string, style: Fields): string {
  const [, before = '', inside = '', after = ''] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? []
  if (inside === '') return text
  let words = inside
  if (style.code === true) words = words.includes('`') ? `\`\` ${words} \`\`` : `\`${words}\``
  if (style.strike === true) words = `~~${words}~~`
  if (style.italic === true) words = `_${words}_`
  if (style.bold === true) words = `**${words}**`
  return `${before}${words}${after}`
}

function tableWords(block: Fields, naming: Naming): string {
  const rows = listOf(block.rows)
    .slice(0, 100)
    .map(
      (row) =>
        `| ${listOf(row)
          .slice(0, 20)
          .map((cell) => cellWords(fieldsOf(cell), naming))
          .join(' | ')} |`,
    )
  const columns = listOf(listOf(block.rows)[0]).slice(0, 20).length
  return [rows[0] ?? '', `|${' --- |'.repeat(columns)}`, ...rows.slice(1)].join('\n')
}

const cellWords = (cell: Fields, naming: Naming): string =>
  (cell.type === 'rich_text' ? wordsOf(cell, naming) : (textOf(cell.text) ?? ''))
    .trim()
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')

/** A rich text's own, and those inside its lists. */
const inlineOf = (block: unknown): Fields[] =>
  elementsOf(fieldsOf(block)).flatMap((element) =>
    element.type === 'rich_text_list' ? elementsOf(element).flatMap(elementsOf) : elementsOf(element),
  )

const elementsOf = ({ elements }: Fields): Fields[] => listOf(elements).slice(0, mostElements).map(fieldsOf)

const named = (id: unknown, name: (id: string) => string | null): string | null => {
  const known = idOf(id)
  return known === null ? null : name(known)
}

const whole = (value: unknown, most: number): number =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? Math.min(value, most) : 0
