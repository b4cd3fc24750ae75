import type { Clock } from '../ports/clock.ts'
import { TooSlow } from '../within.ts'

export interface Pace {
  readonly clock: Clock
  /** Milliseconds for a small file, and until the first byte. */
  readonly limit: number
  /** Milliseconds between two chunks. */
  readonly stall: number
  /** Each of these bytes brings a millisecond more: what drips is over when the limit is. */
  readonly bytesPerMs: number
  readonly signal: AbortSignal
}

/**
 * The result of `run`, or a `TooSlow` when what it reads comes too slowly, or the signal's reason at once, whether `run`
 * heeds its signal or not. `run` reports the bytes that came.
 */
export async function atPace<T>(
  pace: Pace,
  run: (signal: AbortSignal, came: (bytes: number) => void) => Promise<T>,
): Promise<T> {
  const { clock, signal } = pace
  signal.throwIfAborted()
  const [call, timer] = [new AbortController(), new AbortController()]
  const begun = clock.elapsed()
  let [bytes, last] = [0, begun]
  const came = (more: number): void => {
    bytes += more
    last = clock.elapsed()
  }
  const due = (): number => {
    const whole = begun + pace.limit + bytes / pace.bytesPerMs
    return bytes === 0 ? whole : Math.min(whole, last + pace.stall)
  }
  const watch = async (): Promise<never> => {
    for (;;) {
      const left = due() - clock.elapsed()
      if (left <= 0) throw new TooSlow(clock.elapsed() - begun)
      // What came meanwhile may be stalling already.
      await clock.sleep(Math.min(Math.ceil(left), pace.stall), timer.signal)
    }
  }
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  const abort = (): void => reject(signal.reason)
  signal.addEventListener('abort', abort, { once: true })
  // Whichever comes first is heard; the others come to nothing.
  aborted.catch(() => undefined)
  try {
    return await Promise.race([run(call.signal, came), watch(), aborted])
  } catch (error) {
    call.abort(error)
    throw error
  } finally {
    signal.removeEventListener('abort', abort)
    timer.abort(over)
  }
}

/** One for all: an abort without a reason makes one, with a stack, each time. */
const over = new Error('It is over')
