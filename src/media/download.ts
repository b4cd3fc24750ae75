import type { FileRef } from '../ports/event.ts'
import { DownloadError } from '../ports/failure.ts'
import { megabytes } from './image.ts'

const downloadMs = 30_000

/** Reads a stream up to `limit` bytes; stops reading at once when it is longer. */
export async function readAll(
  stream: ReadableStream<Uint8Array>,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let size = 0
  const reader = stream.getReader()
  const stop = () => void reader.cancel(signal.reason).catch(() => undefined)
  signal.addEventListener('abort', stop, { once: true })
  try {
    for (;;) {
      const { done, value } = await reader.read()
      signal.throwIfAborted()
      if (done) break
      size += value.length
      if (size > limit) {
        await reader.cancel()
        throw new DownloadError(`it is larger than ${megabytes(limit)}`)
      }
      chunks.push(value)
    }
  } finally {
    signal.removeEventListener('abort', stop)
  }
  return Buffer.concat(chunks)
}

/** A file's bytes from its platform, within `limit` bytes and half a minute. */
export async function fetchFile(
  file: FileRef,
  download: (file: FileRef, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>,
  limit: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (file.size !== null && file.size > limit) {
    throw new DownloadError(`${megabytes(file.size)} is more than the ${megabytes(limit)} I take`)
  }
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(downloadMs)])
  try {
    return await readAll(await download(file, bounded), limit, bounded)
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof DownloadError) throw error
    if (bounded.aborted) throw new DownloadError('it took longer than 30 seconds to fetch', error)
    throw new DownloadError('it could not be fetched', error)
  }
}
