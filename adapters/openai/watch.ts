import type { Clock } from '../../src/ports/clock.ts'
import { ModelError } from '../../src/ports/failure.ts'

/**
 * Stands over one call: every wait in it ends when the caller aborts or the current limit passes, whether or not
 * the socket reacts. One wait at a time.
 */
export interface Watch {
  /** Aborts when the call is over for any reason; hand it to the SDK. */
  readonly signal: AbortSignal
  /** From now on the call has `ms` milliseconds. */
  allow(ms: number): void
  /** The next step is the caller's, who may take any time: no limit until the next `allow`. */
  rest(): void
  /** Settles as `promise` does, unless the call ends first: then rejects with a `ModelError` `aborted` or `timeout`. */
  wait<T>(promise: Promise<T>): Promise<T>
  /** Ends the call and lets go of the connection. */
  close(): void
}

/** One for all: an abort without a reason makes one, with a stack, each time. */
const OVER = new Error('The call is over')

/** `late` makes the error for a limit that passed. */
export function watchCall(outer: AbortSignal, clock: Clock, late: () => ModelError): Watch {
  const inner = new AbortController()
  let failure: unknown = null
  let interrupt: ((failure: unknown) => void) | null = null
  let deadline = Number.POSITIVE_INFINITY
  let nap: { readonly until: number; readonly alarm: AbortController } | null = null

  const fail = (reason: unknown): void => {
    if (inner.signal.aborted) return
    failure = reason
    interrupt?.(reason)
    close()
  }
  const onAbort = (): void =>
    fail(new ModelError('aborted', 'The answer was stopped.', { cause: outer.reason }))
  const close = (): void => {
    outer.removeEventListener('abort', onAbort)
    nap?.alarm.abort(OVER)
    inner.abort(OVER)
  }

  // A stream moves the deadline with each event: the sleeper looks when it wakes, so a fast stream makes no timers.
  const keepTime = async (): Promise<void> => {
    for (;;) {
      const left = deadline - clock.elapsed()
      if (left <= 0) return fail(late())
      const alarm = new AbortController()
      nap = { until: deadline, alarm }
      await clock.sleep(left, alarm.signal).catch((error: unknown) => {
        if (!alarm.signal.aborted) throw error
      })
      if (inner.signal.aborted) return
    }
  }

  if (outer.aborted) onAbort()
  else outer.addEventListener('abort', onAbort, { once: true })

  return {
    signal: inner.signal,
    allow(ms) {
      if (inner.signal.aborted) return
      deadline = clock.elapsed() + ms
      if (nap === null) keepTime().catch(fail)
      else if (deadline < nap.until) nap.alarm.abort(OVER)
    },
    rest() {
      deadline = Number.POSITIVE_INFINITY
    },
    wait(promise) {
      return new Promise((resolve, reject) => {
        if (failure !== null) {
          reject(failure)
          // Heard, so that its late rejection is not an unhandled one.
          promise.catch(reject)
          return
        }
        interrupt = reject
        promise.then(resolve, reject)
      })
    },
    close,
  }
}
