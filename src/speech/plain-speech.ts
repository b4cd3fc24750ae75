import { lazy } from '../lazy.ts'

/** What is left to say of text once its Markdown is read: no signs that a voice would spell out. */

const entities: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&quot;': '"',
  '&#39;': "'",
  '&apos;': "'",
  '&nbsp;': ' ',
}

/** Chats' own emoji: `<:party:123>`, ` :tada: `. */
const chatEmoji = /<a?:\w{2,32}:\d{1,20}>|(?<=^|\s):[a-z][a-z0-9_+-]{0,40}:(?=$|\s|[.,!?])/g
/** A literal would be read with the module: 50 ms for its thousands of sequences. */
const emoji = lazy(() => /\p{RGI_Emoji}|\p{Emoji_Presentation}|\uFE0F/gv)
/** `【4:0†source】`, `[^1]`, `[12]` after a word. */
const citations = /【[^【】]{0,80}】|\[\^[^[\]\s]{1,20}\]|(?<=[\p{L}\p{N}.,;:!?)"'”’])\s?\[\d{1,3}\]/gu
/** Sources in parentheses: `(example.org)`, once a link is said by its host. A comma has to stand between two, or there were no end of ways to read one. */
const sources =
  /\s?\((?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}(?:,\s?(?:[a-z0-9-]{1,63}\.){1,6}[a-z]{2,24}){0,7}\)/gi

export function plainSpeech(text: string): string {
  return text
    .replace(/&(?:amp|lt|gt|quot|#39|apos|nbsp);/g, (entity) => entities[entity] ?? ' ')
    .replace(citations, '')
    .replace(chatEmoji, '')
    .replace(emoji(), '')
    .replace(sources, '')
    .replace(/[\p{Cc}\p{Co}\u2028\u2029]/gu, (sign) => (sign === '\n' ? sign : ' '))
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ (?=[.,;!?](?:\s|$))/g, '')
}

/** `www.example.org/a/b?c` is said as `example.org`; null where it is no address. */
export function hostOf(address: string): string | null {
  if (/^mailto:/i.test(address)) return address.slice('mailto:'.length)
  const url = URL.parse(/^[a-z][a-z0-9+.-]*:/i.test(address) ? address : `https://${address}`)
  return url === null || url.hostname === '' ? null : url.hostname.replace(/^www\./, '')
}
