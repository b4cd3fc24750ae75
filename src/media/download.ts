import type { Clock } from '../ports/clock.ts'
import type { FileRef } from '../ports/event.ts'
import { DownloadError, MediaError } from '../ports/failure.ts'
import type { Folder } from '../ports/scratch.ts'
import { TooSlow } from '../within.ts'
import type { Lying } from './allowance.ts'
import { mediaLimits, megabytes } from './limits.ts'
import { atPace } from './pace.ts'
import { headBytes, type Sniffed, sniff } from './sniff.ts'

export interface Fetching {
  readonly download: (file: FileRef, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>
  readonly lying: Lying
  readonly folder: Folder
  /** Nothing else is taken. */
  readonly only?: 'picture' | undefined
  readonly clock: Clock
  /** Milliseconds a small file may take; a large one gets more. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** A file on this machine's disk, for as long as its reading is open. */
export interface Fetched {
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly sniffed: Exclude<Sniffed, { kind: 'unreadable' }>
}

/** Continues the sentence "<name>: ". */
export const crowdedWords = 'too many files are being looked at just now; send it again in a moment'

/** Milliseconds without a byte that end it. */
const stall = 20_000
/** 1 MB a second. */
const bytesPerMs = 1024

/**
 * Writes a file from its platform to disk, within the limits of what its first bytes tell it is, the turn's allowance
 * and the time. Nobody waits for the rest of what can't be read.
 */
export async function fetchFile(file: FileRef, fetching: Fetching): Promise<Fetched> {
  const { lying, clock, limit, folder, signal } = fetching
  refuseLarge(file.size, mediaLimits.bytes.sound)
  const begun = clock.elapsed()
  let taken = 0
  const path = folder.path('')
  try {
    return await atPace({ clock, limit, stall, bytesPerMs, signal }, async (bound, came) => {
      const { head, whole } = await peek(await fetching.download(file, bound), bound, came)
      try {
        const sniffed = await sniff(head, file)
        if (sniffed.kind === 'unreadable') throw new MediaError('unsupported', sniffed.why)
        if (fetching.only !== undefined && sniffed.kind !== fetching.only) {
          throw new MediaError('unsupported', 'the link leads to no picture')
        }
        const most = mediaLimits.bytes[sniffed.kind]
        refuseLarge(file.size, most)
        const take = ({ length }: Uint8Array): void => {
          taken += length
          const room = lying.take(length)
          if (taken > most)
            throw new MediaError('too_large', `it is larger than the ${megabytes(most)} I take`)
          if (room === 'room') throw new DownloadError(crowdedWords)
          if (room === 'turn') throw new DownloadError(togetherWords)
        }
        return { path, sniffed, size: await folder.write(path, whole, take, bound) }
      } catch (error) {
        // Whoever wrote it has cancelled it already, and its trouble while it closes changes nothing.
        if (!whole.locked) whole.cancel(error).catch(() => undefined)
        throw error
      }
    })
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof DownloadError || error instanceof MediaError) throw error
    if (error instanceof TooSlow) {
      const seconds = Math.round((clock.elapsed() - begun) / 1000)
      throw new DownloadError(`it could not be fetched within ${seconds} seconds`, error)
    }
    throw new DownloadError('it could not be fetched', error)
  }
}

const togetherWords = `the files of one question may have ${megabytes(mediaLimits.turnBytes)} together`

function refuseLarge(size: number | null, most: number): void {
  if (size === null || size <= most) return
  // Both in tenths of a megabyte may be the same.
  const isTold = megabytes(size) !== megabytes(most)
  throw new DownloadError(
    isTold
      ? `${megabytes(size)} is more than the ${megabytes(most)} I take`
      : `it is larger than the ${megabytes(most)} I take`,
  )
}

/** The beginning of a stream, and all of it again. */
async function peek(
  stream: ReadableStream<Uint8Array>,
  signal: AbortSignal,
  came: (bytes: number) => void,
): Promise<{ head: Uint8Array; whole: ReadableStream<Uint8Array> }> {
  const reader = stream.getReader()
  const cancel = (): Promise<void> => reader.cancel(signal.reason)
  // The stream's own trouble while it closes changes nothing: nobody reads it any more.
  const stop = (): void => void cancel().catch(() => undefined)
  if (signal.aborted) stop()
  signal.addEventListener('abort', stop, { once: true })
  const read = async (): Promise<Uint8Array | null> => {
    const { done, value } = await reader.read()
    signal.throwIfAborted()
    if (done) return null
    came(value.length)
    return value
  }
  const chunks: Uint8Array[] = []
  let size = 0
  while (size < headBytes) {
    const chunk = await read()
    if (chunk === null) break
    chunks.push(chunk)
    size += chunk.length
  }
  const whole = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = chunks.shift() ?? (await read())
        if (chunk === null) controller.close()
        else controller.enqueue(chunk)
      },
      cancel,
    },
    // What the reader doesn't ask for stays where it is.
    { highWaterMark: 0 },
  )
  return { head: Buffer.concat(chunks).subarray(0, headBytes), whole }
}
