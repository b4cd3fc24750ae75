import type { Bucket } from './bucket.ts'

/** What a call is worth. A final shows finished text, a first the first words of an answer, a preview more of them. */
export type Rank = 'final' | 'first' | 'preview'

export const RANKS: readonly Rank[] = ['final', 'first', 'preview']

/** A bucket and those who draw on it. */
export interface Share {
  readonly bucket: Bucket
  /** Calls that the answers being written will need at least, to show their final text. */
  owed: number
  /** Calls that wait for it. */
  waiting: number
  /** When a preview was last let through. */
  previewedAt: number
}

/** Calls an answer makes of each rank or better. */
const CALLS: Record<Rank, number> = { final: 1, first: 2, preview: 3 }
/** Faster than this nobody reads. */
const LEAST_SPACING_MS = 50

/**
 * How many calls each answer can make if all in the bucket get the same and none falls behind: what the bucket lets
 * through while an answer is written, over the answers.
 */
export function callsEach(share: Share, answerMs: number): number {
  return (share.bucket.limit() * answerMs) / (share.bucket.windowMs() * Math.max(1, share.owed))
}

/**
 * How many calls must be free for one of this rank to start. Finals take what there is. As long as the bucket carries
 * so many calls of each answer, a first text takes it too, and a preview leaves what the finals of the next window
 * are expected to need. Beyond that a first text must not delay these finals, and a preview not any.
 * `twice`: the answer's later edit will spend this bucket too.
 */
export function callsWanted(share: Share, rank: Rank, answerMs: number, twice = true): number {
  if (rank === 'final') return 1
  const calls = rank === 'first' && !twice ? 1 : CALLS[rank]
  const carries = callsEach(share, answerMs) >= calls
  if (rank === 'first') return carries ? 1 : 1 + finalsAhead(share, answerMs)
  return 1 + (carries ? reserve(share, answerMs) : share.owed)
}

/** The earliest moment for the next preview in this bucket: what is not reserved, spread over the window. */
export function nextPreviewAt(share: Share, answerMs: number): number {
  const spare = Math.max(1, share.bucket.limit() - reserve(share, answerMs))
  return share.previewedAt + Math.max(LEAST_SPACING_MS, share.bucket.windowMs() / spare)
}

/** One call at least stays for previews. */
function reserve(share: Share, answerMs: number): number {
  return Math.min(finalsAhead(share, answerMs), share.bucket.limit() - 1)
}

/** Finals to be expected within a window, if answers end evenly. */
function finalsAhead(share: Share, answerMs: number): number {
  return Math.min(share.owed, Math.ceil((share.owed * share.bucket.windowMs()) / answerMs))
}
