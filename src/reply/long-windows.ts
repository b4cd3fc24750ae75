import type { Share } from './sharing.ts'

/**
 * Buckets whose window is much longer than an answer takes (Slack counts by the minute): what is spent is gone for all
 * who come soon. So the end of each answer that begins is kept from the moment it begins, and previews get what is left
 * when the ends of those who are to be expected are kept too.
 */

const LONG_MS = 30_000
/** Of a bucket that ends spend, so much is kept for those who come together out of nowhere. */
const KEPT = 0.5
/** As many as began in this part of a window may go on beginning for all of it. */
const LATELY = 1 / 6
/** What is left for previews is spent in this part of the window, more slowly as less is left. */
const SPREAD = 0.25
/** Faster than this nobody reads. */
const LEAST_SPACING_MS = 250

export const isLong = ({ bucket }: Pick<Share, 'bucket'>): boolean => bucket.windowMs() >= LONG_MS

/** The end of an answer that began was kept. */
export function countKept(share: Share, now: number): void {
  share.keptAt = [...since(share, now - share.bucket.windowMs()), now]
}

/** How many calls must be free for one to start that nobody waits for. */
export function wantedBeside(share: Share, now: number): number {
  return 1 + share.owed + toCome(share, now)
}

/** The earliest moment for the next preview. */
export function nextBeside(share: Share, now: number): number {
  const spare = share.bucket.free(now) - share.owed - toCome(share, now)
  const spacing = (share.bucket.windowMs() * SPREAD) / Math.max(1, spare)
  return share.previewedAt + Math.max(LEAST_SPACING_MS, spacing)
}

/** The ends to be expected of answers that have not begun: as many as in the last window, or as began lately. */
function toCome(share: Share, now: number): number {
  const windowMs = share.bucket.windowMs()
  const before = since(share, now - windowMs).length
  if (share.owed === 0 && before === 0) return 0
  const lately = since(share, now - windowMs * LATELY).length / LATELY
  return Math.max(Math.ceil(share.bucket.limit() * KEPT), before, lately)
}

const since = ({ keptAt }: Share, moment: number): number[] => keptAt.filter((at) => at > moment)
