import { plainCause } from '../../src/no-answer.ts'
import type { FileRef } from '../../src/ports/event.ts'
import { DownloadError } from '../../src/ports/failure.ts'
import type { Platform } from '../../src/ports/platform.ts'
import { budgetsOf } from './buckets.ts'
import { isSlacks } from './links.ts'
import { refusalWords, reported } from './outcome.ts'
import type { Outgoing } from './outgoing.ts'
import type { Reply } from './wire.ts'

type Downloading = Pick<Outgoing, 'wire' | 'installations' | 'apiUrl' | 'intake'>

/** `FileRef.id` of a file: an id at Slack is one within a workspace. */
export const fileIdOf = (team: string, file: string): string => `${team}/${file}`

const MOST_REDIRECTS = 5

interface FileInfo {
  readonly file?: {
    readonly url_private_download?: unknown
    readonly url_private?: unknown
    readonly is_external?: unknown
    readonly mimetype?: unknown
  }
}

/**
 * Fetches files people sent. Each address on the way has to be Slack's own, and is shown the token; nothing is fetched
 * from elsewhere. What is not the file but Slack's sign-in page is refused.
 */
export function createDownload({ wire, installations, apiUrl, intake }: Downloading): Platform['download'] {
  async function tokenOf(team: string, signal: AbortSignal): Promise<string> {
    const installed = await installations.of(team, null, signal).catch((error: unknown) => {
      signal.throwIfAborted()
      throw new DownloadError(
        'it could not be fetched from Slack: try again in a moment',
        plainCause(error, 'Slack'),
      )
    })
    if (installed) return installed.token
    throw new DownloadError('it could not be fetched: I am not installed in its workspace')
  }

  /** Of a file from another company Slack tells the address only when asked. */
  async function addressOf(
    team: string,
    id: string,
    file: FileRef,
    signal: AbortSignal,
  ): Promise<{ readonly url: string; readonly type: string | null }> {
    const call = () =>
      wire.call<FileInfo>({ team, method: 'files.info', args: { file: id, limit: 1 } }, signal)
    const paced = intake()
    const reply: Reply<FileInfo> = paced
      ? (await paced.paced(budgetsOf(team, 'files.info'), async () => reported(await call()), signal)).reply
      : await call()
    signal.throwIfAborted()
    switch (reply.kind) {
      case 'done': {
        const { url_private_download, url_private, is_external, mimetype } = reply.body.file ?? {}
        const url = [url_private_download, url_private].find((each) => typeof each === 'string')
        if (is_external === true || url === undefined)
          throw new DownloadError('it is not kept at Slack: I fetch nothing from elsewhere')
        return { url: String(url), type: typeof mimetype === 'string' ? mimetype : file.type }
      }
      case 'refused':
        throw new DownloadError(
          reply.error === 'missing_scope'
            ? `it could not be fetched: ${refusalWords(reply)}`
            : 'it is not at Slack any more: send it again',
        )
      case 'limited':
      case 'not_sent':
      case 'unknown':
        throw new DownloadError('it could not be fetched from Slack: try again in a moment')
    }
  }

  async function fetchFrom(
    link: string,
    type: string | null,
    token: string,
    signal: AbortSignal,
  ): Promise<ReadableStream<Uint8Array>> {
    let url = link
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      if (!isSlacks(url, apiUrl))
        throw new DownloadError('it is not at Slack: I fetch nothing from elsewhere')
      const response = await fetch(url, {
        headers: { authorization: `Bearer ${token}` },
        redirect: 'manual',
        signal,
      }).catch((error: unknown) => {
        signal.throwIfAborted()
        throw new DownloadError(
          'it could not be fetched from Slack: try again in a moment',
          plainCause(error, 'Slack'),
        )
      })
      if (response.ok && response.body && !isPage(response, type)) return response.body
      // Let go of the connection; its own trouble changes nothing any more.
      await response.body?.cancel().catch(() => undefined)
      const next = response.headers.get('location')
      if (response.status < 300 || response.status > 399 || next === null)
        throw new DownloadError(refusal(response))
      if (!URL.canParse(next, url))
        throw new DownloadError('it could not be fetched: Slack sent me on to nowhere')
      url = new URL(next, url).href
    }
    throw new DownloadError('it could not be fetched: Slack sent me on too often')
  }

  return async (file, signal) => {
    signal.throwIfAborted()
    const [team, id] = file.id.split('/')
    if (!team || !id) throw new DownloadError('it is not at Slack any more: send it again')
    const { url, type } =
      file.url === null ? await addressOf(team, id, file, signal) : { url: file.url, type: file.type }
    if (!isSlacks(url, apiUrl)) throw new DownloadError('it is not at Slack: I fetch nothing from elsewhere')
    return fetchFrom(url, type, await tokenOf(team, signal), signal)
  }
}

/**
 * Slack shows its sign-in page, with 200, to whom it does not let in. Where a file is HTML itself, it comes as a file:
 * with the header that gives it a name.
 */
function isPage({ headers }: Response, type: string | null): boolean {
  if (!/^\s*(text\/html|application\/xhtml)/i.test(headers.get('content-type') ?? '')) return false
  return !(type !== null && /html/i.test(type) && headers.has('content-disposition'))
}

function refusal({ ok, status }: Response): string {
  if (ok || status === 401 || status === 403)
    return 'it could not be fetched: Slack does not let me read files here (the app needs the scope files:read, and its installation may have to be renewed)'
  if (status === 404 || status === 410) return 'it is not at Slack any more: send it again'
  if (status === 429 || status >= 500) return 'it could not be fetched from Slack: try again in a moment'
  return `it could not be fetched: Slack answered ${status}`
}
