import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import type { IncomingMessage } from 'node:http'
import { Agent, request } from 'node:https'
import { Readable } from 'node:stream'
import { allowedUrl, type FetchLink } from '../../src/media/image-links.ts'
import { isPublicAddress } from '../../src/media/public-address.ts'
import { plainCause } from '../../src/no-answer.ts'
import { DownloadError } from '../../src/ports/failure.ts'

export interface LinkOptions {
  /** From which pictures may be fetched. */
  readonly hosts: readonly string[]
  /** All addresses of a name. Absent = the machine's resolver. */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>
  /** Asks this very address, whatever the name may resolve to by now. Absent = HTTPS. */
  readonly get?: (url: URL, address: LookupAddress, signal: AbortSignal) => Promise<Got>
}

export interface Got {
  readonly status: number
  readonly location: string | null
  readonly body: ReadableStream<Uint8Array>
}

const mostRedirects = 3

/** Fetches from the hosts that the operator allows, and from nowhere inside. */
export function createFetchLink({ hosts, resolve = resolveAll, get = getPinned }: LinkOptions): FetchLink {
  return async (link, signal) => {
    let next = link
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const url = allowedUrl(next, hosts)
      if (url === null) throw new DownloadError('the link leads to a host that pictures are not fetched from')
      const address = await addressOf(url, resolve, signal)
      const got = await get(url, address, signal).catch((error: unknown) => {
        signal.throwIfAborted()
        throw new DownloadError('its host can’t be reached', plainCause(error, url.hostname))
      })
      if (got.status === 200) return got.body
      // Let go of the connection; its own trouble changes nothing any more.
      await got.body.cancel().catch(() => undefined)
      const isMoved = [301, 302, 303, 307, 308].includes(got.status) && got.location !== null
      if (!isMoved || !URL.canParse(got.location, url)) {
        throw new DownloadError(`its host answered ${got.status}`)
      }
      next = new URL(got.location, url).href
    }
    throw new DownloadError('the link leads from one place to the next without end')
  }
}

async function addressOf(
  { hostname }: URL,
  resolve: NonNullable<LinkOptions['resolve']>,
  signal: AbortSignal,
): Promise<LookupAddress> {
  const found = await resolve(hostname.replace(/^\[|\]$/g, '')).catch((error: unknown) => {
    throw new DownloadError('its host can’t be found', plainCause(error, hostname))
  })
  signal.throwIfAborted()
  const [first] = found
  // A name that leads inside as well is meant to be mistaken.
  if (first === undefined || !found.every(({ address }) => isPublicAddress(address))) {
    throw new DownloadError('its host has no public address')
  }
  return first
}

const resolveAll = (hostname: string): Promise<LookupAddress[]> => lookup(hostname, { all: true })

const agent = new Agent({ keepAlive: false })

async function getPinned(url: URL, pinned: LookupAddress, signal: AbortSignal): Promise<Got> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
  const asked = request(url, {
    agent,
    signal,
    headers: { accept: 'image/*', 'user-agent': 'Parley' },
    lookup: (_, options, done) =>
      options.all ? done(null, [pinned]) : done(null, pinned.address, pinned.family),
  })
  asked.on('response', resolve).on('error', reject).end()
  const response = await promise
  return {
    status: response.statusCode ?? 0,
    location: response.headers.location ?? null,
    body: Readable.toWeb(response) as ReadableStream<Uint8Array>,
  }
}
