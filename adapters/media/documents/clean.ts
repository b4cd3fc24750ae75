import { stripVTControlCharacters } from 'node:util'

/** Text without control characters and terminal colours, with lines ended by \n. */
export function clean(text: string): string {
  const plain = text.includes('\u001b') ? stripVTControlCharacters(text) : text
  return plain.replace(/\r\n?/g, '\n').replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\ufeff]/g, '')
}

/** At most so many UTF-16 units, and never half a character. */
export function cutTo(text: string, longest: number): string {
  if (text.length <= longest) return text
  const end = longest > 0 && /[\ud800-\udbff]/.test(text[longest - 1] ?? '') ? longest - 1 : longest
  return text.slice(0, end)
}
