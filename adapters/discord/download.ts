import { type APIAttachment, type APIMessage, Routes } from 'discord-api-types/v10'
import { plainCause } from '../../src/no-answer.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { FileRef } from '../../src/ports/event.ts'
import { DownloadError } from '../../src/ports/failure.ts'
import type { Platform } from '../../src/ports/platform.ts'
import { within } from '../../src/within.ts'
import { flowing, STALL_MS } from './flow.ts'
import { isLinkOver, mayFetch } from './links.ts'
import type { PacedGet } from './paced-get.ts'

export interface Downloading {
  readonly get: PacedGet
  readonly apiUrl: string | null
  readonly clock: Clock
}

/**
 * Fetches attachments. Their links are signed and run out: then the message is fetched again, once, for a fresh one.
 * Nothing is fetched from other hosts, and nobody is shown the token.
 */
export function createDownload({ get, apiUrl, clock }: Downloading): Platform['download'] {
  /** Null: Discord says that the link is over, or that there is no such file. */
  async function fetchFrom(url: string, signal: AbortSignal): Promise<ReadableStream<Uint8Array> | null> {
    if (!mayFetch(url, apiUrl))
      throw new DownloadError('it is not at Discord: I fetch nothing from elsewhere')
    const response = await within({ clock, limit: STALL_MS, signal }, (own) =>
      fetch(url, { redirect: 'manual', signal: AbortSignal.any([own, signal]) }),
    ).catch((error: unknown) => {
      signal.throwIfAborted()
      throw new DownloadError(
        'it could not be fetched from Discord: try again in a moment',
        plainCause(error, 'Discord'),
      )
    })
    if (response.ok && response.body) return flowing(response.body, { clock, signal })
    // Let go of the connection; its own trouble changes nothing any more.
    await response.body?.cancel().catch(() => undefined)
    if (response.status === 403 || response.status === 404) return null
    throw new DownloadError(`it could not be fetched: Discord answered ${response.status}`)
  }

  async function freshLink(file: FileRef, signal: AbortSignal): Promise<string> {
    const [channel, message, attachment] = file.id.split('/')
    const lost = 'it is not at Discord any more: attach it again'
    if (!channel || !message || !attachment) throw new DownloadError(lost)
    const got = await get<APIMessage>({ route: Routes.channelMessage(channel, message) }, signal)
    if (got.kind === 'failed' && got.passing)
      throw new DownloadError('it could not be fetched from Discord: try again in a moment', got.cause)
    if (got.kind === 'failed') throw new DownloadError(lost, got.cause)
    const fresh = attachmentsOf(got.body).find(({ id }) => id === attachment)
    if (!fresh) throw new DownloadError(lost)
    return fresh.url
  }

  return async (file, signal) => {
    signal.throwIfAborted()
    if (file.url !== null && !isLinkOver(file.url, clock.now())) {
      const stream = await fetchFrom(file.url, signal)
      if (stream) return stream
    }
    const stream = await fetchFrom(await freshLink(file, signal), signal)
    if (!stream) throw new DownloadError('it is not at Discord any more: attach it again')
    return stream
  }
}

/** Those of a forwarded message stand in its snapshot. */
const attachmentsOf = (message: APIMessage): APIAttachment[] => [
  ...message.attachments,
  ...(message.message_snapshots ?? []).flatMap((snapshot) => snapshot.message.attachments),
]
