import type { Clock } from '../ports/clock.ts'
import type { FileRef } from '../ports/event.ts'
import { DownloadError } from '../ports/failure.ts'
import { TooSlow, within } from '../within.ts'
import { type Allowance, turnLimits } from './allowance.ts'
import { imageLimits, megabytes } from './image.ts'

export interface Fetching {
  readonly download: (file: FileRef, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>
  readonly allowance: Allowance
  readonly clock: Clock
  /** Milliseconds a file may take. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** Continues the sentence "<name>: ". */
export const crowdedWords = 'too many files are being looked at just now; send it again in a moment'

/** A file's bytes from its platform, within the limits of an image, the turn's allowance and the time. */
export async function fetchFile(file: FileRef, fetching: Fetching): Promise<Uint8Array> {
  const { download, allowance, clock, limit, signal } = fetching
  if (file.size !== null && file.size > imageLimits.bytes) {
    throw new DownloadError(`${megabytes(file.size)} is more than the ${megabytes(imageLimits.bytes)} I take`)
  }
  try {
    return await within({ clock, limit, signal }, async (bound) =>
      readAll(await download(file, bound), allowance, bound),
    )
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof DownloadError) throw error
    if (error instanceof TooSlow) {
      throw new DownloadError(`it took longer than ${Math.round(limit / 1000)} seconds to fetch`, error)
    }
    throw new DownloadError('it could not be fetched', error)
  }
}

/** Reads a stream as far as the limits allow; stops reading at once when it is longer. */
async function readAll(
  stream: ReadableStream<Uint8Array>,
  allowance: Allowance,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = stream.getReader()
  const stop = (): void => {
    // The stream's own trouble while it closes changes nothing: nobody reads it any more.
    reader.cancel(signal.reason).catch(() => undefined)
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    for (;;) {
      signal.throwIfAborted()
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) return Buffer.concat(chunks)
      size += value.length
      const room = allowance.takeBytes(value.length)
      if (size > imageLimits.bytes) {
        throw new DownloadError(`it is larger than ${megabytes(imageLimits.bytes)}`)
      }
      if (room === 'room') throw new DownloadError(crowdedWords)
      if (room === 'turn') {
        throw new DownloadError(`the files of one question may have ${megabytes(turnLimits.bytes)} together`)
      }
      chunks.push(value)
    }
  } catch (error) {
    allowance.giveBack(size)
    stop()
    throw error
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
