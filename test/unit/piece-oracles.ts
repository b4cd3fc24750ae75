import { Lexer, type Token } from 'marked'
import type { Piece } from '../../src/reply/splitter.ts'

/** What of the shown text is neither the source nor declared as added; blanks at the ends aside. */
export function strayText({ markdown: all, opening, closing, source }: Piece): string {
  if (all === '') return isSeam(source) ? '' : source
  if (!all.startsWith(opening) || !all.endsWith(closing)) return all
  const body = all.slice(opening.length, all.length - closing.length)
  const at = source.indexOf(body)
  if (at === -1) return body
  const left = source.slice(0, at) + source.slice(at + body.length)
  return isSeam(left) ? '' : left
}

/** Blanks, and the end of a fence that the message before has shown already. */
function isSeam(text: string): boolean {
  return /^[\s>]*(?:`{3,}|~{3,})?\s*$/.test(text)
}

/** The fenced blocks of `text` that have no end, as marked reads it. */
export function unclosed(text: string): string[] {
  const open: string[] = []
  const visit = (tokens: readonly Token[]): void => {
    for (const token of tokens) {
      if (token.type === 'code' && token.codeBlockStyle !== 'indented') {
        const marker = /^\s*(`{3,}|~{3,})/.exec(token.raw)?.[1] ?? ''
        if (!new RegExp(`\n\\s*${marker}[\`~]*\\s*$`).test(token.raw)) open.push(token.raw)
      }
      if ('tokens' in token && token.tokens) visit(token.tokens)
      if (token.type === 'list') for (const item of token.items) visit(item.tokens)
    }
  }
  visit(new Lexer().lex(text))
  return open
}
