import type { RateBudget, Reported } from '../ports/outcome.ts'
import type { Seat } from './seat.ts'
import type { Rank } from './sharing.ts'

interface Wanted {
  readonly seat: Seat
  readonly rank: Rank
  readonly budgets: readonly RateBudget[]
  readonly signal: AbortSignal
}

/**
 * Waits for the pacer's leave and makes one call with it. The leave is settled whatever becomes of the call or of who
 * waited for it: a leave that is lost would close its buckets a little more for good. Limits on the time therefore go
 * around this, and never around `Seat.take` alone. Rejects with the signal's reason, or with what `call` rejects with.
 */
export async function granted<T extends Reported>(wanted: Wanted, call: () => Promise<T>): Promise<T> {
  const { seat, rank, budgets, signal } = wanted
  const grant = await seat.take({ rank, budgets }, signal)
  let reported: Reported | null = null
  try {
    signal.throwIfAborted()
    reported = { kind: 'unknown' }
    const result = await call()
    reported = result
    return result
  } finally {
    grant.settle(reported)
  }
}
