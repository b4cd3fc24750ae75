import type { RateBudget, Reported } from '../ports/outcome.ts'
import type { Rank } from './sharing.ts'

/** An answer at the pacer, or whoever else makes calls. */
export interface Seat {
  /**
   * Resolves when the call may be made now; it must be made, or given back, at once. One at a time. Rejects with the
   * signal's reason. Where the limits don't allow a first text or a preview it waits until they do.
   */
  take(wish: Wish, signal: AbortSignal): Promise<Grant>
  /** Leave for a call that is worth nothing next to the rest: at once and from what nobody is owed, or null. */
  spare(budgets: readonly RateBudget[]): Grant | null
  /**
   * The least that this answer still has to spend: `calls` of these buckets and, `before` them, one call of each of
   * those. Replaces what it owed before; nothing after `leave`.
   */
  owe(budgets: readonly RateBudget[], calls: number, ...before: readonly (readonly RateBudget[])[]): void
  /** `wroteMs`: how long the answer was being written, its waits for leave not counted; absent when it was not. */
  leave(wroteMs?: number): void
}

export interface Wish extends Choice {
  readonly rank: Rank
  /** Other ways to the same, the best first: the first that may be gone now is. */
  readonly or?: readonly Choice[]
}

/** What one way spends. */
export interface Choice {
  readonly budgets: readonly RateBudget[]
  /** What the answer's final edit will spend, when this is not its final text. */
  readonly later?: readonly RateBudget[]
  /** The call itself is among what the answer owes: it spends what was kept for it. */
  readonly owed?: boolean
}

/** Leave for one call. */
export interface Grant {
  /** 0: as wished for; else which of `or`, counted from 1. */
  readonly choice: number
  /** What became of the call; null when it was not made. */
  settle(reported: Reported | null): void
}
