import type { Bucket } from './bucket.ts'

/**
 * What a call is worth. `final`: an answer is whole with it. `further`: one message of a whole text that takes several
 * calls yet. `needed`: without it an answer can't go on: its place opened, a lost send looked up. `first`: the first
 * words of an answer, or of its next message. `aside`: nobody waits for it. `preview`: more of an answer's words.
 */
export type Rank = 'final' | 'further' | 'needed' | 'first' | 'aside' | 'preview'

/** Less goes first. A long text takes turns with the ways to other answers and their first words. */
export const PRECEDENCE: Record<Rank, number> = {
  final: 0,
  further: 1,
  needed: 1,
  first: 1,
  aside: 2,
  preview: 3,
}

/** A bucket and those who draw on it. */
export interface Share {
  readonly bucket: Bucket
  /** Calls that the answers being written will need at least, to show their final text. */
  owed: number
  /** The answers that need them. */
  answers: number
  /** Calls that wait for it. */
  waiting: number
  /** When a preview was last let through. */
  previewedAt: number
  /** When the last round of previews began. */
  roundAt: number
  /** The answers that owe it something, by the second in which they began. */
  readonly begun: Map<number, number>
  /** When the ends of answers were kept in it; of long windows only. */
  keptAt: readonly number[]
  /** The answers that want previews from it while they are being written, and when each first did; of long windows only. */
  readonly writers: Set<object>
  writersAt: readonly number[]
}

/** Calls an answer makes of each rank or better. */
const CALLS = { first: 2, preview: 3 } as const
/** Faster than this nobody reads. */
const LEAST_SPACING_MS = 50

/** Whether the bucket carries so many calls of each answer, none of them falling behind. */
export function carries(share: Share, calls: number, answerMs: number): boolean {
  return callsMeanwhile(share, answerMs) >= calls * Math.max(1, share.answers)
}

/**
 * How many calls must be free for one of this rank to start. Finished text takes what there is. As long as the bucket
 * carries so many calls of each answer, a first text takes it too: one long text counts as one answer, for it gives
 * way in turn. Beyond that a first text must not delay the finals of the next window, unless its call is one that the
 * answer owes the bucket anyway. A preview leaves what they are expected to need, and delays none where the bucket
 * doesn't carry all that is owed; so does a call that nobody waits for.
 * `twice`: the answer's later edit will spend this bucket too.
 */
export function callsWanted(share: Share, rank: Rank, answerMs: number, twice = true): number {
  switch (rank) {
    case 'final':
    case 'further':
    case 'needed':
      return 1
    case 'first':
      return !twice || carries(share, CALLS.first, answerMs) ? 1 : 1 + ahead(share, share.answers, answerMs)
    case 'aside':
    case 'preview': {
      const spare = callsMeanwhile(share, answerMs) >= CALLS.preview * Math.max(1, share.owed)
      return 1 + (spare ? reserve(share, answerMs) : share.owed)
    }
  }
}

/** The earliest moment for the next preview in this bucket: what is not reserved, spread over the window. */
export function nextPreviewAt(share: Share, answerMs: number): number {
  const spare = Math.max(1, share.bucket.limit() - reserve(share, answerMs))
  return share.previewedAt + Math.max(LEAST_SPACING_MS, share.bucket.windowMs() / spare)
}

/** What the bucket lets through while an answer is written. */
function callsMeanwhile({ bucket }: Share, answerMs: number): number {
  return (bucket.limit() * answerMs) / bucket.windowMs()
}

/** One call at least stays for previews. */
function reserve(share: Share, answerMs: number): number {
  return Math.min(ahead(share, share.owed, answerMs), share.bucket.limit() - 1)
}

/** Of `calls`, those to be expected within a window, if answers end evenly. */
function ahead({ bucket }: Share, calls: number, answerMs: number): number {
  return Math.min(calls, Math.ceil((calls * bucket.windowMs()) / answerMs))
}
