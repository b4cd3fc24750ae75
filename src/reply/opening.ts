import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Opened } from '../ports/platform.ts'
import { within } from '../within.ts'
import { growingPause, sanePause } from './pause.ts'

export type Opening =
  | { readonly kind: 'open'; readonly place: Place }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'failed'; readonly cause: unknown }

interface Open {
  readonly clock: Clock
  readonly signal: AbortSignal
  /** One physical call, idempotent. */
  open(signal: AbortSignal): Promise<Opened>
}

const LIMIT_MS = 15_000
const MOST_FAILURES = 5
/** A thread that can't be opened for so long is no answer any more. */
const PATIENCE_MS = 15 * 60_000

/** Opens the place, waiting as long as the platform asks and trying again where the call failed. */
export async function openPlace({ open, clock, signal }: Open): Promise<Opening> {
  const until = clock.elapsed() + PATIENCE_MS
  let failures = 0
  let refusals = 0
  for (;;) {
    const opened = await tryOnce({ open, clock, signal })
    if (opened.kind === 'open' || opened.kind === 'forbidden') return opened
    const limited = opened.kind === 'limited'
    if (limited) refusals++
    else failures++
    const pause = limited ? sanePause(opened.retryAfterMs, refusals) : growingPause(failures, 500, 8_000)
    const cause = limited ? new Error('The platform refused to open the thread for too long') : opened.cause
    if (failures >= MOST_FAILURES || clock.elapsed() + pause > until) return { kind: 'failed', cause }
    await clock.sleep(pause, signal)
  }
}

async function tryOnce({ open, clock, signal }: Open): Promise<Opened> {
  try {
    return await within({ clock, limit: LIMIT_MS, signal }, open)
  } catch (cause) {
    signal.throwIfAborted()
    return { kind: 'failed', cause }
  }
}
