/** Where Discord keeps attachments. */
const hosts = new Set(['cdn.discordapp.com', 'media.discordapp.net'])

/** Only over TLS from Discord's own hosts; from the host and port of `apiUrl` too where it is set. */
export function mayFetch(link: string, apiUrl: string | null): boolean {
  const url = parsed(link)
  if (url === null || url.username !== '' || url.password !== '') return false
  if (url.protocol === 'https:' && url.port === '' && hosts.has(url.hostname)) return true
  const api = apiUrl === null ? null : parsed(apiUrl)
  return api !== null && url.host === api.host && ['http:', 'https:'].includes(url.protocol)
}

/** A link whose time would pass while it is being fetched is over. */
const MARGIN_MS = 5_000

/** `ex` of a signed link: when it runs out, in seconds since the epoch, hexadecimal. */
export function isLinkOver(link: string, now: number): boolean {
  const ends = parsed(link)?.searchParams.get('ex')
  if (!ends || !/^[\da-f]{1,12}$/i.test(ends)) return false
  return Number.parseInt(ends, 16) * 1_000 - MARGIN_MS <= now
}

function parsed(link: string): URL | null {
  return URL.canParse(link) ? new URL(link) : null
}
