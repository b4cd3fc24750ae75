/** What mammoth writes (a few kinds of elements, well formed) as markdown. */
export function textOfHtml(html: string): string {
  const page: Page = { parts: [], lists: [], cell: false, href: null }
  for (const [token, close, name] of html.matchAll(/<(\/?)([a-z][a-z0-9]*)[^>]*>|[^<]+/g)) {
    const text = name === undefined ? textOf(token, page) : markOf(name, close === '/', token, page)
    if (text !== '') page.parts.push(text)
  }
  return page.parts
    .join('')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

interface Page {
  readonly parts: string[]
  /** The lists around this place; a number counts an ordered one. */
  readonly lists: ('-' | number)[]
  /** In a table's cell nothing breaks the line. */
  cell: boolean
  href: string | null
}

/** What stands for a tag. */
function markOf(name: string, closes: boolean, token: string, page: Page): string {
  switch (name) {
    case 'h1':
    case 'h2':
    case 'h3':
    case 'h4':
    case 'h5':
    case 'h6':
      return closes ? gap(page) : `${gap(page)}${'#'.repeat(Number(name[1]))} `
    case 'p':
      return closes ? gap(page, page.lists.length > 0 ? '\n' : '\n\n') : ''
    case 'ul':
    case 'ol':
      if (!closes) page.lists.push(name === 'ul' ? '-' : 0)
      else if (page.lists.pop() !== undefined && page.lists.length === 0) return gap(page)
      return ''
    case 'li':
      return closes ? '' : item(page)
    case 'br':
      return page.cell ? ' ' : '\n'
    case 'table':
      return gap(page)
    case 'tr':
      return closes ? '|\n' : newLine(page)
    case 'td':
    case 'th':
      page.cell = !closes
      if (!closes) return '| '
      return endsWith(page, ' ') ? '' : ' '
    case 'a':
      return link(closes, token, page)
    default:
      return ''
  }
}

const endsWith = ({ parts }: Page, end: string): boolean => parts.at(-1)?.endsWith(end) ?? true

const newLine = (page: Page): string => (page.cell || endsWith(page, '\n') ? '' : '\n')

/** A paragraph's end; in a cell a blank, which the next word needs. */
const gap = (page: Page, end = '\n\n'): string => (page.cell ? ' ' : end)

function item(page: Page): string {
  const last = page.lists.length - 1
  const mark = page.lists[last] ?? '-'
  const sign = mark === '-' ? '-' : `${mark + 1}.`
  if (mark !== '-') page.lists[last] = mark + 1
  return `${newLine(page)}${'  '.repeat(Math.max(0, last))}${sign} `
}

function link(closes: boolean, token: string, page: Page): string {
  if (!closes) {
    page.href = /href="(https?:[^"]*)"/.exec(token)?.[1] ?? null
    return page.href === null ? '' : '['
  }
  const { href } = page
  page.href = null
  return href === null ? '' : `](${unescaped(href)})`
}

const textOf = (text: string, page: Page): string =>
  page.cell ? unescaped(text).replace(/\s+/g, ' ').replaceAll('|', '\\|') : unescaped(text)

const unescaped = (text: string): string =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&amp;', '&')
