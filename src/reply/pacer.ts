import type { Clock } from '../ports/clock.ts'
import type { RateBudget } from '../ports/outcome.ts'
import { createAlarm } from './alarm.ts'
import { countPreviewed, enterOwed, keepEnd, type Owed } from './books.ts'
import { createLine } from './line.ts'
import { countPreview } from './rounds.ts'
import type { Grant, Seat, Wish } from './seat.ts'
import { createShares, type Shares } from './shares.ts'
import { createOutlook, type Draw, type SeatState, type Waiter } from './waiting.ts'

/**
 * Decides when a call may leave: one pacer a process, shared by all answers on all platforms. Finals outrank the way to
 * an answer and first texts, these outrank what nobody waits for, and that outranks previews; among equals the answer
 * served longest ago is next.
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

/** How long an answer is being written, until some have been seen. */
const TYPICAL_ANSWER_MS = 8_000
const SHORTEST_ANSWER_MS = 1_000
const LONGEST_ANSWER_MS = 60_000

export function createPacer({ clock }: { clock: Clock }): Pacer {
  const platforms = new Map<string, Shares>()
  const seats = new Set<SeatState>()
  const line = createLine()
  const alarm = createAlarm(clock, serve)
  /** Before then nobody who waits may go, unless something changes. */
  let nextAt = Number.POSITIVE_INFINITY
  let order = 0
  let answerMs = TYPICAL_ANSWER_MS

  function sharesOf(platform: string): Shares {
    const shares = platforms.get(platform) ?? createShares()
    platforms.set(platform, shares)
    return shares
  }

  function enter(platform: string): Seat {
    const shares = sharesOf(platform)
    const seat: SeatState = {
      shares,
      servedAt: order++,
      owes: new Map(),
      kept: [],
      keptIn: new Set(),
      writesSince: null,
      calledAt: Number.NEGATIVE_INFINITY,
      previewedIn: new Set(),
    }
    seats.add(seat)
    return {
      owe: (budgets, calls, ...before) => owe(seat, budgets, calls, before),
      take: (wish, signal) => take(seat, wish, signal),
      spare: (budgets) => spare(seat, budgets),
      leave: (wroteMs) => {
        if (!seats.has(seat)) return
        if (wroteMs !== undefined) seen(wroteMs)
        owe(seat, [], 0, [])
        for (const share of seat.previewedIn) share.writers.delete(seat)
        seats.delete(seat)
        shares.sweep(clock.elapsed())
      },
    }
  }

  const owe = (seat: SeatState, ...what: Owed): void => {
    if (seats.has(seat) && enterOwed(seat, what, clock.elapsed()) && line.size() > 0) serve()
  }

  /** An answer took so long. */
  function seen(ms: number): void {
    answerMs += (Math.min(LONGEST_ANSWER_MS, Math.max(SHORTEST_ANSWER_MS, ms)) - answerMs) / 16
  }

  function take(seat: SeatState, wish: Wish, signal: AbortSignal): Promise<Grant> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = (): void => {
        line.leave(waiter)
        if (line.size() === 0) wakeAt(Number.POSITIVE_INFINITY)
        reject(signal.reason)
      }
      const waiter: Waiter = {
        seat,
        rank: wish.rank,
        draws: [wish, ...(wish.or ?? [])].map(({ budgets, later, owed = false }, choice) => ({
          choice,
          budgets,
          spends: seat.shares.of(budgets),
          later: seat.shares.of(later ?? []),
          owed,
        })),
        order: order++,
        since: clock.elapsed(),
        grant: (grant) => {
          signal.removeEventListener('abort', onAbort)
          resolve(grant)
        },
      }
      signal.addEventListener('abort', onAbort, { once: true })
      if (wish.rank === 'preview') countPreviewed(waiter, clock.elapsed())
      queue(waiter)
    })
  }

  /** Nothing has changed for those who wait already: only the new one is looked at. */
  function queue(waiter: Waiter): void {
    const now = clock.elapsed()
    if (now >= nextAt) serve()
    const turn = createOutlook(now, answerMs).turn(waiter)
    if (typeof turn !== 'number') {
      letGo(waiter, turn, now)
      return
    }
    line.join(waiter)
    wakeAt(Math.min(nextAt, turn, line.promote(now)))
  }

  function spare(seat: SeatState, budgets: readonly RateBudget[]): Grant | null {
    const now = clock.elapsed()
    if (now >= nextAt) serve()
    const spends = seat.shares.of(budgets)
    if (spends.some((share) => share.bucket.opensAt(now, 1 + share.owed) > now)) return null
    return spend(seat, { budgets, spends, choice: 0 })
  }

  /** Lets through whoever may go now, and sets the alarm for the next. */
  function serve(): void {
    const now = clock.elapsed()
    let next = line.promote(now)
    const outlook = createOutlook(now, answerMs)
    line.serve((waiter) => {
      const turn = outlook.turn(waiter)
      if (typeof turn === 'number') {
        next = Math.min(next, turn)
        return false
      }
      letGo(waiter, turn, now)
      outlook.spent([...turn.spends, ...turn.later])
      return true
    })
    wakeAt(next)
  }

  function wakeAt(at: number): void {
    nextAt = at
    alarm.set(at)
  }

  function letGo({ seat, rank, grant }: Waiter, draw: Draw, now: number): void {
    seat.servedAt = order++
    seat.calledAt = now
    if (rank === 'preview') for (const share of draw.spends) countPreview(share, now)
    if (rank === 'first') keepEnd(seat, draw.later, now)
    grant(spend(seat, draw))
  }

  function spend(seat: SeatState, { budgets, spends, choice }: Omit<Draw, 'later' | 'owed'>): Grant {
    for (const share of spends) share.bucket.spend()
    const made = { budgets, spent: spends, beganAt: clock.elapsed() }
    let settled = false
    return {
      choice,
      settle: (reported) => {
        if (settled) return
        settled = true
        if (reported) seat.shares.learn(clock.elapsed(), made, reported)
        else for (const share of spends) share.bucket.refund()
        serve()
      },
    }
  }

  return {
    enter,
    size: () => ({
      buckets: [...platforms.values()].reduce((sum, shares) => sum + shares.size(), 0),
      answers: seats.size,
      waiting: line.size(),
    }),
  }
}
