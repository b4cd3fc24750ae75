import type { RateBudget } from '../ports/outcome.ts'
import { changesAt, isLong, previewsEach, stillMs, wantedBeside } from './long-windows.ts'
import { inRounds, nextInRound } from './rounds.ts'
import type { Grant } from './seat.ts'
import type { Shares } from './shares.ts'
import { callsWanted, carries, nextPreviewAt, PRECEDENCE, type Rank, type Share } from './sharing.ts'

/** A call that waits for leave. */
export interface Waiter {
  readonly seat: SeatState
  /** The wish's, until it has waited for too long. */
  rank: Rank
  /** The ways to it, the best first. */
  readonly draws: readonly Draw[]
  readonly order: number
  /** When it began to wait. */
  readonly since: number
  grant(grant: Grant): void
}

/** What one way to a call spends. */
export interface Draw {
  readonly choice: number
  readonly budgets: readonly RateBudget[]
  readonly spends: readonly Share[]
  readonly later: readonly Share[]
  readonly owed: boolean
}

/** An answer, or whoever else makes calls. */
export interface SeatState {
  readonly shares: Shares
  /** Grows with each call let through: the smallest was served longest ago. */
  servedAt: number
  /** Calls by bucket. */
  owes: ReadonlyMap<Share, number>
  /** Of these, what was kept when its newest message began, and `owe` does not name yet. */
  kept: readonly Share[]
  /** Long windows in which an end of it was kept. */
  readonly keptIn: Set<Share>
  /** When it first owed something; never for those who only remove. */
  writesSince: number | null
  /** When its last call was let through. */
  calledAt: number
  /** Long windows from which it wants previews. */
  readonly previewedIn: Set<Share>
}

/** Negative when `a` goes first. Stays true while they wait: nobody is served who waits. */
export function compareTurns(a: Waiter, b: Waiter): number {
  return PRECEDENCE[a.rank] - PRECEDENCE[b.rank] || a.seat.servedAt - b.seat.servedAt || a.order - b.order
}

/** When calls may start, as things stand now. What holds for one of a kind is worked out once, until a call is let through. */
export interface Outlook {
  /** The way it may go now; the moment at which it is to be looked at again, when it has to wait. */
  turn(waiter: Waiter): Draw | number
  /** A call was let through. */
  spent(shares: readonly Share[]): void
}

export function createOutlook(now: number, answerMs: number): Outlook {
  const known = new Map<Share, Partial<Record<string, number>>>()

  function opensAt(share: Share, rank: Rank, twice: boolean): number {
    let at = known.get(share)
    if (!at) {
      at = {}
      known.set(share, at)
    }
    const kind = rank === 'first' && twice ? 'twice' : rank
    at[kind] ??= opens(share, rank, twice)
    return at[kind]
  }

  function opens(share: Share, rank: Rank, twice: boolean): number {
    if (isLong(share)) return opensLong(share, rank, twice)
    if (rank === 'preview' && inRounds(share, answerMs)) return nextInRound(share, now)
    const at = share.bucket.opensAt(now, callsWanted(share, rank, answerMs, twice))
    return rank === 'preview' ? Math.max(at, nextPreviewAt(share, answerMs)) : at
  }

  function opensLong(share: Share, rank: Rank, twice: boolean): number {
    if (rank === 'first') return share.bucket.opensAt(now, twice ? 1 + share.owed : 1)
    const beside = rank === 'preview' || rank === 'aside'
    return share.bucket.opensAt(now, beside ? wantedBeside(share, now) : 1)
  }

  /** What is left for others changes with time alone: whoever waits for that looks again before. */
  function looksAgainAt(share: Share): number {
    const at = known.get(share) ?? {}
    known.set(share, at)
    at.again ??= changesAt(share, now)
    return at.again
  }

  /** Where windows are long, previews are spread over each answer's time. */
  function previewAt(share: Share, { calledAt, writesSince }: SeatState): number {
    if (!isLong(share)) return now
    const at = known.get(share) ?? {}
    known.set(share, at)
    at.each ??= previewsEach(share, now)
    return calledAt + stillMs(share, at.each, now - (writesSince ?? now), answerMs)
  }

  /** A first text must not crowd the bucket of the edits that follow it. */
  function clearAt(share: Share): number {
    const at = known.get(share) ?? {}
    known.set(share, at)
    at.clear ??=
      !isLong(share) && carries(share, 1, answerMs) ? now : share.bucket.opensAt(now, 1 + share.answers)
    return at.clear
  }

  function drawnAt({ spends, later, owed }: Draw, { rank, seat }: Waiter): number {
    let at = now
    for (const share of spends) {
      const twice = rank === 'first' && later.includes(share) && !(owed && isLong(share))
      const opens = opensAt(share, rank, twice)
      const ready = rank === 'preview' ? Math.max(opens, previewAt(share, seat)) : opens
      const beside = rank === 'preview' || rank === 'aside'
      at = Math.max(at, beside && ready > now && isLong(share) ? Math.min(ready, looksAgainAt(share)) : ready)
    }
    if (rank !== 'first') return at
    for (const share of later) if (!spends.includes(share)) at = Math.max(at, clearAt(share))
    return at
  }

  function turn(waiter: Waiter): Draw | number {
    let next = Number.POSITIVE_INFINITY
    for (const draw of waiter.draws) {
      const at = drawnAt(draw, waiter)
      if (at <= now) return draw
      next = Math.min(next, at)
    }
    return next
  }

  return {
    turn,
    spent: (shares) => {
      for (const share of shares) known.delete(share)
    },
  }
}
