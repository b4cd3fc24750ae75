import type { Clock } from '../../src/ports/clock.ts'
import { DownloadError } from '../../src/ports/failure.ts'
import { TooSlow, within } from '../../src/within.ts'

export interface Flow {
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** Milliseconds until the next bytes, as until the first. */
export const STALL_MS = 15_000

/** A file as it comes, read no faster than it is wanted; what breaks it off is said in words. */
export function flowing(
  body: ReadableStream<Uint8Array>,
  { clock, signal }: Flow,
): ReadableStream<Uint8Array> {
  const reader = body.getReader()
  // Its own trouble while it closes changes nothing any more.
  const letGo = (reason: unknown): Promise<void> => reader.cancel(reason).catch(() => undefined)

  async function pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    try {
      const { done, value } = await within({ clock, limit: STALL_MS, signal }, () => reader.read())
      if (done) controller.close()
      else controller.enqueue(value)
    } catch (error) {
      controller.error(signal.aborted ? signal.reason : brokenOff(error))
      await letGo(error)
    }
  }

  return new ReadableStream({ pull, cancel: letGo }, { highWaterMark: 0 })
}

const brokenOff = (cause: unknown): DownloadError =>
  new DownloadError(
    cause instanceof TooSlow
      ? 'it stopped coming from Discord half-way: try again in a moment'
      : 'it broke off on its way from Discord: try again in a moment',
    cause,
  )
