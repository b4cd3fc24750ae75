import type { Clock } from '../ports/clock.ts'
import type { Outcome, RateBudget } from '../ports/platform.ts'
import { createAlarm } from './alarm.ts'
import { createShares, type Shares } from './shares.ts'
import type { Rank } from './sharing.ts'
import { countOwed, inTurn, readyAt, type SeatState, type Waiter } from './waiting.ts'

/**
 * Decides when a call may leave: one pacer a process, shared by all answers on all platforms. Finals outrank first
 * texts, these outrank previews; among equals the answer served longest ago is next.
 *
 * The call that makes an answer whole so waits for its buckets, for one call under way and for other such calls, no
 * matter how many messages others have to send. The calls before it, of an answer that takes several once its text is
 * whole, take turns with first texts: between two of them each of the others that wait gets one.
 */
export interface Pacer {
  /** A new answer on this platform, whose buckets are its own; it must `leave` when it is done. */
  enter(platform: string): Seat
  size(): { readonly buckets: number; readonly answers: number; readonly waiting: number }
}

export interface Seat {
  /**
   * Resolves when the call may be made now; it must be made, or given back, at once. One at a time. Rejects with the
   * signal's reason. Where the limits don't allow a first text or a preview it waits until they do.
   */
  take(wish: Wish, signal: AbortSignal): Promise<Grant>
  /** The least that this answer still has to spend: `calls` of these buckets. Replaces what it owed before; nothing after `leave`. */
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

/** How long an answer is being written, until some have been seen. */
const TYPICAL_ANSWER_MS = 8_000
const SHORTEST_ANSWER_MS = 1_000
const LONGEST_ANSWER_MS = 60_000

export function createPacer({ clock }: { clock: Clock }): Pacer {
  const platforms = new Map<string, Shares>()
  const seats = new Set<SeatState>()
  const waiting = new Set<Waiter>()
  const alarm = createAlarm(clock, serve)
  let order = 0
  let answerMs = TYPICAL_ANSWER_MS

  function sharesOf(platform: string): Shares {
    const shares = platforms.get(platform) ?? createShares()
    platforms.set(platform, shares)
    return shares
  }

  function enter(platform: string): Seat {
    const shares = sharesOf(platform)
    const seat: SeatState = { shares, servedAt: order++, owes: [], calls: 0, writesSince: null }
    seats.add(seat)
    return {
      owe: (budgets, calls) => owe(seat, budgets, calls),
      take: (wish, signal) => take(seat, wish, signal),
      leave: () => {
        if (!seats.has(seat)) return
        if (seat.writesSince !== null) seen(clock.elapsed() - seat.writesSince)
        owe(seat, [], 0)
        seats.delete(seat)
        shares.sweep(clock.elapsed())
      },
    }
  }

  /** An answer took so long. */
  function seen(ms: number): void {
    answerMs += (Math.min(LONGEST_ANSWER_MS, Math.max(SHORTEST_ANSWER_MS, ms)) - answerMs) / 16
  }

  function owe(seat: SeatState, budgets: readonly RateBudget[], calls: number): void {
    if (!seats.has(seat)) return
    countOwed(seat, -1)
    seat.owes = calls > 0 ? seat.shares.of(budgets) : []
    seat.calls = calls
    countOwed(seat, 1)
    if (calls > 0) seat.writesSince ??= clock.elapsed()
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
        spends: seat.shares.of(wish.budgets),
        later: seat.shares.of(wish.later ?? []),
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
      const at = readyAt(waiter, now, answerMs)
      if (at <= now) letGo(waiter, now)
      else next = Math.min(next, at)
    }
    alarm.set(next)
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
        if (outcome) seat.shares.learn(clock.elapsed(), wish.budgets, spends, outcome)
        else for (const share of spends) share.bucket.refund()
        serve()
      },
    })
  }

  return {
    enter,
    size: () => ({
      buckets: [...platforms.values()].reduce((sum, shares) => sum + shares.size(), 0),
      answers: seats.size,
      waiting: waiting.size,
    }),
  }
}
