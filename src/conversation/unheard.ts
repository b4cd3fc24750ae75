import type { Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'
import { filesRefused } from '../reply/enclosed.ts'
import type { Question } from './question.ts'
import type { Refusals } from './refusals.ts'

/** Milliseconds in which the operator is told the same once of a person in a channel. */
const pauseMs = 600_000

/**
 * Nobody pressed a button for a quiet speech, so people are not told why it can't be heard. The operator is, in the
 * log: once for the same reason and while.
 */
export function unheardLevel(
  refusals: Pick<Refusals, 'isFirst'>,
  { by, place }: Pick<Question, 'by' | 'place'>,
  why: string,
): 'warn' | 'debug' {
  return refusals.isFirst(`unheard:${why}`, { by, place }, pauseMs) ? 'warn' : 'debug'
}

/** Whether a sound can be sent there, as far as is known, when no person's call or button opens the way. */
export const takesSounds = (
  platform: Pick<Platform, 'can' | 'takesFiles' | 'takesSounds'>,
  place: Place,
): boolean => (platform.takesSounds?.(place) ?? true) && filesRefused(platform, place, undefined) === null
