import type { Outcome } from '../ports/outcome.ts'
import { type Bounds, within } from '../within.ts'

/** A store that takes longer has failed. */
export const SAVE_LIMIT_MS = 30_000

/** One call to a platform. Whatever went wrong on the way, it may have arrived: `unknown`. */
export async function attempt(
  bounds: Bounds,
  run: (signal: AbortSignal) => Promise<Outcome>,
): Promise<Outcome> {
  try {
    return await within(bounds, run)
  } catch (cause) {
    bounds.signal?.throwIfAborted()
    return { kind: 'unknown', cause }
  }
}
