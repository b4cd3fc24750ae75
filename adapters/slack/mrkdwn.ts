import { lexer, type Token, type Tokens } from 'marked'
import { escaped } from './body.ts'

/**
 * Markdown in Slack's older language, for what takes nothing else (response URLs, sections). Nothing in it is a mention:
 * all text is escaped.
 */
export function mrkdwnOf(markdown: string): string {
  try {
    return blocksIn(lexer(markdown.toWellFormed()), '').trim()
  } catch {
    // Nested deeper than the lexer goes: shown as it was written.
    return escaped(markdown.toWellFormed())
  }
}

function blocksIn(tokens: readonly Token[], indent: string): string {
  return tokens.map((token) => block(token as Tokens.Generic, indent)).join('')
}

function block(token: Tokens.Generic, indent: string): string {
  switch (token.type) {
    case 'space':
      return ''
    case 'heading':
      return `*${inline(token).replaceAll('*', '')}*\n\n`
    case 'code':
      return `\`\`\`\n${escaped(String(token.text))}\n\`\`\`\n\n`
    case 'blockquote':
      return `${blocksIn(token.tokens ?? [], '')
        .trim()
        .replace(/^/gm, '> ')}\n\n`
    case 'hr':
      return '———\n\n'
    case 'list':
      return `${list(token as Tokens.List, indent)}${indent === '' ? '\n' : ''}`
    case 'table':
      return `\`\`\`\n${table(token as Tokens.Table)}\n\`\`\`\n\n`
    case 'paragraph':
      return `${inline(token)}\n\n`
    case 'text':
      return `${inline(token)}\n`
    default:
      return `${escaped(token.raw)}`
  }
}

function list({ items, ordered, start }: Tokens.List, indent: string): string {
  const lines = items.map((item, at) => {
    const mark = ordered ? `${Number(start || 1) + at}.` : '•'
    return `${indent}${mark} ${blocksIn(item.tokens, `${indent}    `).trim()}\n`
  })
  return lines.join('')
}

const table = ({ header, rows }: Tokens.Table): string =>
  [header, ...rows].map((row) => row.map((cell) => escaped(cell.text)).join(' | ')).join('\n')

function inline(token: Tokens.Generic): string {
  if (!token.tokens) return leaf(token)
  return (token.tokens as Tokens.Generic[]).map(span).join('')
}

function span(token: Tokens.Generic): string {
  switch (token.type) {
    case 'strong':
      return `*${inline(token)}*`
    case 'em':
      return `_${inline(token)}_`
    case 'del':
      return `~${inline(token)}~`
    case 'codespan':
      return `\`${escaped(String(token.text))}\``
    case 'br':
      return '\n'
    case 'image':
    case 'link':
      return link(String(token.href), token.type === 'image' ? escaped(String(token.text)) : inline(token))
    default:
      return inline(token)
  }
}

function leaf(token: Tokens.Generic): string {
  return escaped(String(token.type === 'escape' ? token.text : (token.raw ?? '')))
}

/** Only links that lead somewhere: `<!here>` and `<@U1>` are links to Slack as well. */
function link(href: string, label: string): string {
  if (!/^(?:https?|mailto):[^\s<>|]+$/i.test(href)) return label
  const address = escaped(href)
  return label === '' || label === address ? `<${address}>` : `<${address}|${label.replaceAll('|', '¦')}>`
}
