import type { Share } from './sharing.ts'

/**
 * Answers that began together will end together, and then want the whole window at once. Previews spread over the
 * windows would always be in their way; where one window shows something new of each of them, previews come in rounds,
 * all at once and with windows between in which nothing is spent, so that the ends rarely meet one.
 */

/** From one round to the next. */
const WINDOWS = 3
/** Who comes so late still belongs to the round. */
const SPAN_MS = 100

export function inRounds(share: Share, answerMs: number): boolean {
  const together = mostTogether(share)
  const limit = share.bucket.limit()
  const isCrowd = together > 1 && together * 2 > limit && together <= limit
  return isCrowd && WINDOWS * share.bucket.windowMs() <= answerMs
}

/** The earliest moment for a preview. */
export function nextInRound(share: Share, now: number): number {
  const { bucket, roundAt } = share
  if (now - roundAt < SPAN_MS) return bucket.opensAt(now, 1)
  const at = roundAt + WINDOWS * bucket.windowMs()
  return Math.max(at, bucket.opensAt(now, mostTogether(share)))
}

/** A preview was let through. */
export function countPreview(share: Share, now: number): void {
  share.previewedAt = now
  if (now - share.roundAt >= SPAN_MS) share.roundAt = now
}

/** An answer that began at `since` owes something, or nothing any more. */
export function countBegun({ begun }: Share, since: number, sign: 1 | -1): void {
  const second = Math.floor(since / 1_000)
  const count = (begun.get(second) ?? 0) + sign
  if (count > 0) begun.set(second, count)
  else begun.delete(second)
}

/** Those of two seconds on end. */
function mostTogether({ begun }: Share): number {
  let most = 0
  for (const [second, count] of begun) most = Math.max(most, count + (begun.get(second + 1) ?? 0))
  return most
}
