/** Zero-width joiners and emoji's variants change what is seen; all else that can't be seen, or turns the text, goes. */
const unseen = /(?!\u200c|\u200d|\ufe0e|\ufe0f)[\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/gu

/** Of code the words, of a spoiler none. */
const codeOrSpoiler = /(`{1,3})([^`]+)\1|\|\|[\s\S]+?\|\|/g
/** In code, the line of an opening fence has a language's name. */
const language = /^[\w+#.-]*\n/

const emphasis = /(\*{1,3}|~~)(?=[^\s*~])([^*~\n]+)(?<=\S)\1/g

/** Whether there is anything to be seen in it. */
export const hasSomethingToSee = (text: string): boolean =>
  /(?!\u2800|\ufe0e|\ufe0f)[^\s\p{Cc}\p{Cf}]/u.test(text.replace(unseen, ''))

/** What a spoiler hides, hidden for good. */
export const withoutSpoilers = (text: string): string =>
  text.replace(codeOrSpoiler, (whole, fence?: string) => (fence === undefined ? '…' : whole))

/** Markdown as words on one line: for titles, where Markdown is not read. */
export function plainWords(markdown: string): string {
  return (
    withoutSpoilers(markdown)
      .replace(unseen, '')
      .replace(/(`{1,3})([^`]+)\1/g, (_, fence: string, code: string) =>
        fence.length === 3 ? ` ${code.replace(language, '')} ` : code,
      )
      .replace(/`{3,}/g, ' ')
      .replace(/!?\[([^[\]\n]*)\]\([^()\n]*\)/g, '$1')
      .replace(/<(https?:[^<>\s]*)>/g, '$1')
      .replace(/^[ \t]*(?:#{1,6}|-#|>{1,3}|[-*+])[ \t]+/gm, '')
      .replace(emphasis, '$2')
      // The outer one, where one stood within another.
      .replace(emphasis, '$2')
      .replace(/(?<![\p{L}\p{N}_])(_{1,3})(?=[^\s_])([^\n]+?)(?<=[^\s_])\1(?![\p{L}\p{N}_])/gu, '$2')
      .replace(/[\s\p{Cc}]+/gu, ' ')
      .trim()
  )
}
