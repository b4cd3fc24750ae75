import type { Clock } from '../ports/clock.ts'
import type { Outcome, RateBudget } from '../ports/platform.ts'
import { createAlarm } from './alarm.ts'
import { createShares } from './shares.ts'
import { callsEach, callsWanted, nextPreviewAt, RANKS, type Rank, type Share } from './sharing.ts'

/**
 * Decides when a call may leave: one pacer a process, shared by all answers on all platforms. Finals outrank first
 * texts, these outrank previews; among equals the answer served longest ago is next.
 */
export interface Pacer {
  /** A new answer; it must `leave` when it is done. */
  enter(): Seat
  size(): { readonly buckets: number; readonly answers: number; readonly waiting: number }
}

export interface Seat {
  /**
   * Resolves when the call may be made now; it must be made, or given back, at once. One at a time. Rejects with the
   * signal's reason. Where the limits don't allow a first text or a preview it waits until they do.
   */
  take(wish: Wish, signal: AbortSignal): Promise<Grant>
  /** The least that this answer still has to spend: `calls` of these buckets. Replaces what it owed before. */
  owe(budgets: readonly RateBudget[], calls: number): void
  leave(): void
}

export interface Wish {
  readonly rank: Rank
  readonly budgets: readonly RateBudget[]
  /** What the answer's final edit will spend, when this is not its final text. */
  readonly later?: readonly RateBudget[]
}

/** Leave for one call. */
export interface Grant {
  /** What became of the call; null when it was not made. */
  settle(outcome: Outcome | null): void
}

interface Waiter {
  readonly seat: SeatState
  readonly wish: Wish
  readonly spends: readonly Share[]
  readonly later: readonly Share[]
  readonly order: number
  grant(grant: Grant): void
}

interface SeatState {
  /** Grows with each call let through: the smallest was served longest ago. */
  servedAt: number
  owes: readonly Share[]
  calls: number
}

/** How long an answer is being written, until some have been seen. */
const TYPICAL_ANSWER_MS = 8_000
const SHORTEST_ANSWER_MS = 1_000
const LONGEST_ANSWER_MS = 60_000

export function createPacer({ clock }: { clock: Clock }): Pacer {
  const shares = createShares()
  const seats = new Set<SeatState>()
  const waiting = new Set<Waiter>()
  const alarm = createAlarm(clock, serve)
  let order = 0
  let answerMs = TYPICAL_ANSWER_MS

  function enter(): Seat {
    const seat: SeatState = { servedAt: order++, owes: [], calls: 0 }
    const enteredAt = clock.elapsed()
    seats.add(seat)
    return {
      owe: (budgets, calls) => owe(seat, budgets, calls),
      take: (wish, signal) => take(seat, wish, signal),
      leave: () => {
        if (!seats.delete(seat)) return
        const ms = Math.min(LONGEST_ANSWER_MS, Math.max(SHORTEST_ANSWER_MS, clock.elapsed() - enteredAt))
        answerMs += (ms - answerMs) / 16
        owe(seat, [], 0)
        shares.sweep(clock.elapsed())
      },
    }
  }

  function owe(seat: SeatState, budgets: readonly RateBudget[], calls: number): void {
    for (const share of seat.owes) share.owed -= seat.calls
    seat.owes = shares.of(budgets)
    seat.calls = calls
    for (const share of seat.owes) share.owed += calls
    if (waiting.size > 0) serve()
  }

  function take(seat: SeatState, wish: Wish, signal: AbortSignal): Promise<Grant> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = (): void => {
        dismiss(waiter)
        reject(signal.reason)
        serve()
      }
      const waiter: Waiter = {
        seat,
        wish,
        spends: shares.of(wish.budgets),
        later: shares.of(wish.later ?? []),
        order: order++,
        grant: (grant) => {
          signal.removeEventListener('abort', onAbort)
          resolve(grant)
        },
      }
      signal.addEventListener('abort', onAbort, { once: true })
      waiting.add(waiter)
      for (const share of waiter.spends) share.waiting++
      serve()
    })
  }

  function dismiss(waiter: Waiter): void {
    if (!waiting.delete(waiter)) return
    for (const share of waiter.spends) share.waiting--
  }

  /** Lets through whoever may go now, and sets the alarm for the next. */
  function serve(): void {
    const now = clock.elapsed()
    let next = Number.POSITIVE_INFINITY
    for (const waiter of inTurn(waiting)) {
      const at = readyAt(waiter, now)
      if (at <= now) letGo(waiter, now)
      else next = Math.min(next, at)
    }
    alarm.set(next)
  }

  function readyAt({ wish, spends, later }: Waiter, now: number): number {
    const again = wish.rank === 'first' ? later : spends
    let at = now
    for (const share of spends) {
      at = Math.max(
        at,
        share.bucket.opensAt(now, callsWanted(share, wish.rank, answerMs, again.includes(share))),
      )
      if (wish.rank === 'preview') at = Math.max(at, nextPreviewAt(share, answerMs))
    }
    if (wish.rank !== 'first') return at
    const crowded = later.filter((share) => !spends.includes(share) && callsEach(share, answerMs) < 1)
    return crowded.reduce((until, share) => Math.max(until, share.bucket.opensAt(now, 1 + share.owed)), at)
  }

  function letGo(waiter: Waiter, now: number): void {
    const { seat, wish, spends } = waiter
    dismiss(waiter)
    seat.servedAt = order++
    for (const share of spends) {
      share.bucket.spend()
      if (wish.rank === 'preview') share.previewedAt = now
    }
    let settled = false
    waiter.grant({
      settle: (outcome) => {
        if (settled) return
        settled = true
        if (outcome) shares.learn(clock.elapsed(), wish.budgets, spends, outcome)
        else for (const share of spends) share.bucket.refund()
        serve()
      },
    })
  }

  return {
    enter,
    size: () => ({ buckets: shares.size(), answers: seats.size, waiting: waiting.size }),
  }
}

function inTurn(waiting: Iterable<Waiter>): Waiter[] {
  return [...waiting].sort(
    (a, b) =>
      RANKS.indexOf(a.wish.rank) - RANKS.indexOf(b.wish.rank) ||
      a.seat.servedAt - b.seat.servedAt ||
      a.order - b.order,
  )
}
