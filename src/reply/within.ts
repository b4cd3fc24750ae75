import type { Clock } from '../ports/clock.ts'
import type { Outcome } from '../ports/platform.ts'

/** A store that takes longer has failed. */
export const SAVE_LIMIT_MS = 30_000

interface Bounds {
  readonly clock: Clock
  /** Milliseconds. */
  readonly limit: number
  readonly signal: AbortSignal
}

/** Something outside did not answer in time. */
export class TooSlow extends Error {
  constructor(ms: number) {
    super(`No answer within ${Math.round(ms / 1000)} s`)
    this.name = 'TooSlow'
  }
}

/**
 * The result of `run`, or a `TooSlow` after `limit`, or the signal's reason as soon as it aborts, whether `run` heeds
 * its signal or not.
 */
export async function within<T>(bounds: Bounds, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, limit, signal } = bounds
  signal.throwIfAborted()
  const call = new AbortController()
  const timer = new AbortController()
  let abort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      call.abort(signal.reason)
      reject(signal.reason)
    }
  })
  signal.addEventListener('abort', abort, { once: true })
  const late = clock.sleep(limit, timer.signal).then(() => {
    const reason = new TooSlow(limit)
    call.abort(reason)
    throw reason
  })
  try {
    return await Promise.race([begin(run, call.signal), late, aborted])
  } finally {
    signal.removeEventListener('abort', abort)
    timer.abort()
  }
}

/** One call to a platform. Whatever went wrong on the way, it may have arrived: `unknown`. */
export async function attempt(
  bounds: Bounds,
  run: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await within(bounds, run)
  } catch (cause) {
    bounds.signal.throwIfAborted()
    return { kind: 'unknown', cause }
  }
}

/** Makes a rejection of what `run` throws before it has a promise. */
async function begin<T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return run(signal)
}
