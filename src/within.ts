import type { Clock } from './ports/clock.ts'

export interface Bounds {
  readonly clock: Clock
  /** Milliseconds. */
  readonly limit: number
  /** Absent: nobody can call it off before the limit. */
  readonly signal?: AbortSignal
  /** Makes the error for a limit that passed; a `TooSlow` where it is absent. */
  readonly late?: () => Error
}

/** Something outside did not answer in time. */
export class TooSlow extends Error {
  constructor(ms: number) {
    super(`No answer within ${Math.round(ms / 1000)} s`)
    this.name = 'TooSlow'
  }
}

/** One for all: an abort without a reason makes one, with a stack, each time. */
const inTime = new Error('It was in time')

/**
 * The result of `run`, or the error for `limit`, or the signal's reason as soon as it aborts, whether `run` heeds its
 * signal or not. Leaves no timer and no listener behind; what `run` comes to afterwards is heard and thrown away.
 */
export async function within<T>(bounds: Bounds, run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const { clock, limit, signal } = bounds
  signal?.throwIfAborted()
  const call = new AbortController()
  const timer = new AbortController()
  let abort = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    abort = () => {
      call.abort(signal?.reason)
      reject(signal?.reason)
    }
  })
  signal?.addEventListener('abort', abort, { once: true })
  const late = clock.sleep(limit, timer.signal).then(() => {
    const reason = bounds.late?.() ?? new TooSlow(limit)
    call.abort(reason)
    throw reason
  })
  try {
    return await Promise.race([begin(run, call.signal), late, aborted])
  } finally {
    signal?.removeEventListener('abort', abort)
    timer.abort(inTime)
  }
}

/** Makes a rejection of what `run` throws before it has a promise. */
async function begin<T>(run: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
  return run(signal)
}
