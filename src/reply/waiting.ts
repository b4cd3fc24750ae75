import type { Grant, Wish } from './pacer.ts'
import type { Shares } from './shares.ts'
import { callsWanted, carries, nextPreviewAt, PRECEDENCE, type Share } from './sharing.ts'

/** A call that waits for leave. */
export interface Waiter {
  readonly seat: SeatState
  readonly wish: Wish
  readonly spends: readonly Share[]
  readonly later: readonly Share[]
  readonly order: number
  grant(grant: Grant): void
}

/** An answer, or whoever else makes calls. */
export interface SeatState {
  readonly shares: Shares
  /** Grows with each call let through: the smallest was served longest ago. */
  servedAt: number
  owes: readonly Share[]
  calls: number
  /** When it first owed something; never for those who only remove. */
  writesSince: number | null
}

/** Who goes first comes first. */
export function inTurn(waiting: Iterable<Waiter>): Waiter[] {
  return [...waiting].sort(
    (a, b) =>
      PRECEDENCE[a.wish.rank] - PRECEDENCE[b.wish.rank] ||
      a.seat.servedAt - b.seat.servedAt ||
      a.order - b.order,
  )
}

/** The earliest moment at which the call may start. */
export function readyAt({ wish, spends, later }: Waiter, now: number, answerMs: number): number {
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
  const crowded = later.filter((share) => !spends.includes(share) && !carries(share, 1, answerMs))
  return crowded.reduce((until, share) => Math.max(until, share.bucket.opensAt(now, 1 + share.answers)), at)
}

/** Enters what the seat owes into the buckets' books, or takes it out. */
export function countOwed({ owes, calls }: SeatState, sign: 1 | -1): void {
  for (const share of owes) {
    share.owed += sign * calls
    share.answers += sign
  }
}
