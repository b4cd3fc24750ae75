import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Opened, RateBudget } from '../ports/outcome.ts'
import type { Platform } from '../ports/platform.ts'
import { within } from '../within.ts'
import { granted } from './granted.ts'
import { growingPause, sanePause } from './pause.ts'
import type { Seat } from './seat.ts'

export type Opening =
  | { readonly kind: 'open'; readonly place: Place }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'failed'; readonly cause: unknown }

export interface Unopened {
  /** The place as it is before: what its calls spend is known. */
  readonly unopened: Place
  /** One idempotent call of `Platform.openPlace`, tried again as the platform allows. */
  open(signal: AbortSignal): Promise<Opened>
  /** Where to write where the open place takes no message, or no edit any more; null where there is no other place. */
  instead?(why: string): Place | null
}

interface Open {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly seat: Seat
  /** What one try spends. */
  readonly budgets: readonly RateBudget[]
  /** One physical call, idempotent. */
  open(signal: AbortSignal): Promise<Opened>
}

const LIMIT_MS = 15_000
const MOST_FAILURES = 5
/** A thread that can't be opened for so long is no answer any more. */
const PATIENCE_MS = 15 * 60_000

/** Where the answer goes: there already, or opened. What will be sent there is owed from now on. */
export async function reachPlace(
  place: Place | Unopened,
  { platform, ...on }: Omit<Open, 'open' | 'budgets'> & { readonly platform: Platform },
): Promise<Opening> {
  if (!('open' in place)) return { kind: 'open', place }
  const budgets = platform.budget(place.unopened, 'open')
  on.seat.owe(platform.budget(place.unopened, 'send'), 1, budgets)
  return openPlace({ ...on, budgets, open: (own) => place.open(own) })
}

/** Opens the place, waiting as long as the limits ask and trying again where the call failed. */
export async function openPlace(options: Open): Promise<Opening> {
  const { clock, signal } = options
  const until = clock.elapsed() + PATIENCE_MS
  let failures = 0
  let refusals = 0
  for (;;) {
    const opened = await tryOnce(options, until)
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

async function tryOnce({ open, clock, signal, seat, budgets }: Open, until: number): Promise<Opened> {
  const limit = Math.max(0, until - clock.elapsed())
  try {
    return await within({ clock, limit, signal }, (own) =>
      granted({ seat, rank: 'needed', budgets, signal: own }, () =>
        within({ clock, limit: LIMIT_MS, signal: own }, open),
      ),
    )
  } catch (cause) {
    signal.throwIfAborted()
    return { kind: 'failed', cause }
  }
}
