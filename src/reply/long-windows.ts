import type { Share } from './sharing.ts'

/**
 * Buckets whose window is much longer than an answer takes (Slack counts by the minute): what is spent is gone for all
 * who come soon. So the end of each answer that begins is kept from the moment it begins, and those who write now share
 * what is left for previews, evenly over the time they are expected to write on.
 */

export const LONG_MS = 30_000
/** Of a bucket, so much is kept for those who come out of nowhere. */
const KEPT = 0.15
/** As many as began in this part of a window may go on beginning for all of it. */
const LATELY = 1 / 6
/** Those who begin in so short a time are one crowd, which does not come again at once. */
const CROWD_MS = 1_000
/** One answer alone is previewed so much faster than the bucket could carry for ever. */
const BURST = 2.5
/** Of an answer that takes longer than others, so much of a usual answer is taken to be still to come. */
const REST = 0.5
/** One that takes so many times as long as others is taken to be half-way; all is free again after a window. */
const LONG_ANSWER = 1.25
/** So much of what goes on as it did lately is reckoned with when previews are shared. */
const OTHERS = 0.5

export const isLong = ({ bucket }: Pick<Share, 'bucket'>): boolean => bucket.windowMs() >= LONG_MS

/** The end of an answer that began was kept. */
export function countKept(share: Share, now: number): void {
  share.keptAt = [...since(share.keptAt, now - share.bucket.windowMs()), now]
}

/** An answer wants previews from it, and will want more while it is being written. */
export function countWriter(share: Share, writer: object, now: number): void {
  if (share.writers.has(writer)) return
  share.writers.add(writer)
  share.writersAt = [...since(share.writersAt, now - share.bucket.windowMs()), now]
}

/** How many calls must be free for one to start that nobody waits for. */
export function wantedBeside(share: Share, now: number): number {
  return 1 + share.owed + toCome(share, now)
}

/** How many previews each of those who write now may yet have, if those who are to be expected are to have as many. */
export function previewsEach(share: Share, now: number): number {
  const spare = share.bucket.free(now) - share.owed - toCome(share, now)
  const others = goingOn(share, share.writersAt, now) * OTHERS
  return Math.max(0, spare) / (Math.max(1, share.answers, share.writers.size) + others)
}

/** How long a text stands still when it has so many previews yet, and was begun `ageMs` ago. */
export function stillMs({ bucket }: Share, previews: number, ageMs: number, answerMs: number): number {
  const isLongAnswer = ageMs > answerMs * LONG_ANSWER
  const restMs = isLongAnswer
    ? Math.min(ageMs, bucket.windowMs())
    : Math.max(answerMs - ageMs, answerMs * REST)
  return Math.max(bucket.windowMs() / bucket.limit() / BURST, restMs / (1 + previews))
}

/** When time alone changes how many calls must be free, or how many are, at the earliest. */
export function changesAt({ bucket, keptAt, writersAt }: Share, now: number): number {
  let at = bucket.opensAt(now, bucket.free(now) + 1)
  for (const began of [...keptAt, ...writersAt])
    for (const passed of [began + bucket.windowMs() * LATELY, began + bucket.windowMs()])
      if (passed > now && passed < at) at = passed
  return at
}

/** The ends to be expected of answers that have not begun: as many as ended in the last window, or as began lately. */
function toCome(share: Share, now: number): number {
  const { bucket, keptAt, answers, owed } = share
  const before = since(keptAt, now - bucket.windowMs()).length
  if (owed === 0 && before === 0) return 0
  return Math.max(Math.ceil(bucket.limit() * KEPT), before - answers, goingOn(share, keptAt, now))
}

/** How many will begin in a window, if it goes on as it did lately. */
function goingOn({ bucket }: Share, moments: readonly number[], now: number): number {
  let crowds = 0
  let began = Number.NEGATIVE_INFINITY
  for (const at of since(moments, now - bucket.windowMs() * LATELY)) {
    if (at - began < CROWD_MS) continue
    began = at
    crowds++
  }
  return crowds / LATELY
}

const since = (moments: readonly number[], start: number): number[] => moments.filter((at) => at > start)
