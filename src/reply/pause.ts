/** The least to wait after the first refusal; doubles with each that follows without a success between. */
const LEAST_MS = 250
const MOST_GROWN_MS = 30_000
/** Longer waits are taken for garbage. */
const MOST_MS = 86_400_000

/**
 * How long to keep silent after the n-th refusal in a row. Never less than the platform asks for; where it asks for
 * nothing, or for no number, the pause grows by itself.
 */
export function sanePause(retryAfterMs: number, refusals: number): number {
  const asked = Number.isFinite(retryAfterMs) && retryAfterMs > 0 ? Math.min(retryAfterMs, MOST_MS) : 0
  return Math.max(asked, growingPause(refusals, LEAST_MS, MOST_GROWN_MS))
}

export function growingPause(times: number, least: number, most: number): number {
  return Math.min(most, least * 2 ** Math.max(0, Math.min(times, 30) - 1))
}
