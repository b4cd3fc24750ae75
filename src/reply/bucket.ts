import type { RateBudget, RateObservation } from '../ports/outcome.ts'
import { LONG_MS } from './long-windows.ts'
import { sanePause } from './pause.ts'

/**
 * One rate limit as it looks from here. Until the platform says more, `limit` calls in any `windowMs`; an observation
 * holds until it resets; a refusal closes the bucket. Moments are `Clock.elapsed()` in milliseconds.
 */
export interface Bucket {
  readonly name: string
  /** Calls a window that are reckoned with. */
  limit(): number
  windowMs(): number
  declare(budget: RateBudget): void
  /** Calls that may start now. */
  free(now: number): number
  /** When `wanted` calls at once may start; Infinity when that takes an answer under way, or can never be. */
  opensAt(now: number, wanted: number): number
  /** A call starts. */
  spend(): void
  /** It was not made after all. */
  refund(): void
  /** It was answered, or given up. */
  answered(now: number, refused: boolean): void
  observe(now: number, seen: RateObservation): void
  /** A call that began at `beganAt` was refused. */
  refuse(
    now: number,
    refused: { readonly beganAt: number; readonly retryAfterMs: number; readonly told: boolean },
  ): void
  /** Nothing of it is worth remembering. */
  stale(now: number): boolean
}

/** Learned limits are kept this long without a call. */
const MEMORY_MS = 60_000
/** So much of what is declared comes back in each long window; in short ones, call by call. */
const RECOVERY = 0.2
/** No window is longer: what resets later than this is garbage, and would close the bucket for good. */
const MOST_RESET_MS = 3_600_000
/** A bound on what a bucket remembers. */
const MOST_CALLS = 5_000

export function createBucket(name: string): Bucket {
  let declared = 1
  let windowMs = 1_000
  let learned = Number.POSITIVE_INFINITY
  let underWay = 0
  /** When the calls of the last window were answered, oldest first: the latest moment at which they counted. */
  let answeredAt: number[] = []
  let seen: { remaining: number; resetAt: number; limit: number } | null = null
  let closedUntil = 0
  let refusals = 0
  /** When it was last closed: calls that had begun by then are refused for the same reason, not once more in a row. */
  let closedAt = Number.NEGATIVE_INFINITY
  /** When the limit was last learned. */
  let learnedAt = Number.NEGATIVE_INFINITY
  let usedAt = Number.NEGATIVE_INFINITY

  const limit = (): number => Math.max(1, Math.min(seen?.limit ?? declared, learned, MOST_CALLS))

  function forget(now: number): void {
    if (seen && now >= seen.resetAt) {
      seen = { ...seen, remaining: Number.POSITIVE_INFINITY, resetAt: Number.POSITIVE_INFINITY }
      answeredAt = []
    }
    const first = answeredAt.findIndex((moment) => moment > now - windowMs)
    if (first !== 0) answeredAt = first === -1 ? [] : answeredAt.slice(first)
  }

  function free(now: number): number {
    if (now < closedUntil) return 0
    forget(now)
    const counted =
      seen && Number.isFinite(seen.remaining) ? seen.remaining : limit() - underWay - answeredAt.length
    return Math.max(0, counted)
  }

  function opensAt(now: number, wanted: number): number {
    const open = Math.max(now, closedUntil)
    forget(now)
    if (seen && Number.isFinite(seen.remaining)) {
      if (seen.remaining >= wanted) return open
      return wanted <= limit() ? Math.max(open, seen.resetAt) : Number.POSITIVE_INFINITY
    }
    const excess = underWay + answeredAt.length + wanted - limit()
    if (excess <= 0) return open
    const oldest = answeredAt[excess - 1]
    return oldest === undefined ? Number.POSITIVE_INFINITY : Math.max(open, oldest + windowMs)
  }

  function observe(now: number, fresh: RateObservation): void {
    if (!isSane(fresh)) return
    forget(now)
    const remaining = Math.max(0, Math.floor(fresh.remaining) - underWay)
    const resetAt = now + fresh.resetAfterMs
    const same = seen !== null && Number.isFinite(seen.remaining)
    // Answers arrive out of order, and within a window less and less remains: the smaller number is the newer one.
    seen = {
      remaining: same ? Math.min(seen?.remaining ?? remaining, remaining) : remaining,
      resetAt: same ? Math.max(seen?.resetAt ?? resetAt, resetAt) : resetAt,
      limit: fresh.limit && fresh.limit >= 1 ? fresh.limit : (seen?.limit ?? declared),
    }
  }

  const refuse: Bucket['refuse'] = (now, { beganAt, retryAfterMs, told }) => {
    if (beganAt > closedAt) {
      if (!told && now - learnedAt >= windowMs) learned = Math.max(1, Math.floor(limit() / 2))
      closedAt = now
      refusals++
    }
    learnedAt = now
    closedUntil = Math.max(closedUntil, now + sanePause(retryAfterMs, refusals))
  }

  function answered(now: number, refused: boolean): void {
    underWay = Math.max(0, underWay - 1)
    if (refused) return
    answeredAt.push(now)
    if (answeredAt.length > MOST_CALLS) answeredAt.shift()
    refusals = 0
    if (Number.isFinite(learned) && now - learnedAt >= windowMs) {
      learnedAt = now
      const next = learned + (windowMs < LONG_MS ? 1 : Math.ceil(declared * RECOVERY))
      learned = next >= declared ? Number.POSITIVE_INFINITY : next
    }
  }

  return {
    name,
    limit,
    windowMs: () => windowMs,
    declare: (budget) => {
      declared = Math.max(1, Math.floor(budget.limit) || 1)
      windowMs = budget.windowMs > 0 ? budget.windowMs : 1_000
    },
    free,
    opensAt,
    spend: () => {
      underWay++
      if (seen) seen.remaining--
    },
    refund: () => {
      underWay = Math.max(0, underWay - 1)
      if (seen) seen.remaining++
    },
    answered: (now, refused) => {
      usedAt = now
      answered(now, refused)
    },
    observe,
    refuse,
    stale: (now) =>
      underWay === 0 && now >= closedUntil && now - usedAt > Math.max(windowMs, MEMORY_MS) && !pending(now),
  }

  function pending(now: number): boolean {
    return seen !== null && Number.isFinite(seen.resetAt) && now < seen.resetAt
  }
}

function isSane(seen: RateObservation): boolean {
  return seen.remaining >= 0 && seen.resetAfterMs >= 0 && seen.resetAfterMs <= MOST_RESET_MS
}
