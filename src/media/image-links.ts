import type { FileRef } from '../ports/event.ts'

/**
 * Fetches a picture from where a link leads. Follows redirects only between allowed hosts, and connects only to public
 * addresses. Rejects with a `DownloadError` in words.
 */
export type FetchLink = (url: string, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>

const onWeb = 'link:'
const longestUrl = 2048

/** Links of a text that lead to one of these hosts, as files. A host stands for itself only, not for those below it. */
export function linksIn(text: string, hosts: readonly string[]): FileRef[] {
  if (hosts.length === 0) return []
  const found = (text.match(/https:\/\/[^\s<>"'`|\\]+/g) ?? []).flatMap((link) => {
    const url = link.length > longestUrl ? null : allowedUrl(withoutEnd(link), hosts)
    return url === null ? [] : [url.href]
  })
  return [...new Set(found)].map((href) => ({
    id: `${onWeb}${href}`,
    name: nameOf(new URL(href)),
    type: null,
    size: null,
    url: null,
  }))
}

/** What ends a sentence, or encloses a link in Markdown, is no part of it. */
function withoutEnd(link: string): string {
  let end = link.length
  while ('.,;:!?)]}*_'.includes(link.charAt(end - 1)) && end > 0) end--
  return link.slice(0, end)
}

/** The address behind a file that `linksIn` made; null for all others. */
export const linkOf = ({ id }: FileRef): string | null =>
  id.startsWith(onWeb) ? id.slice(onWeb.length) : null

/** The URL, if it may be fetched from. */
export function allowedUrl(link: string, hosts: readonly string[]): URL | null {
  if (link.length > longestUrl || !URL.canParse(link)) return null
  const url = new URL(link)
  const isPlain = url.protocol === 'https:' && url.port === '' && url.username === '' && url.password === ''
  return isPlain && hosts.some((host) => host.toLowerCase() === url.hostname) ? url : null
}

const nameOf = ({ pathname, hostname }: URL): string => pathname.split('/').at(-1) || hostname
