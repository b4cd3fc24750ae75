import type { Claim } from '../ports/inbox.ts'
import type { Platform } from '../ports/platform.ts'
import type { Delivered } from '../reply/delivered.ts'
import { canBePrivate } from './privacy.ts'
import type { Question } from './question.ts'
import type { Refusals } from './refusals.ts'
import type { Whole } from './wholeness.ts'

/** Milliseconds in which one person is told once in a channel that there is no budget. */
const pauseMs = 60_000

/** A refusal is shown to the one who asked; or to nobody, where they were told the same a moment ago. */
export type Apart = 'asker' | 'nobody'

/**
 * That there is no budget is the asker's own affair: told to all, each time costs a message for which the others of the
 * channel wait. null: it goes where the answer would have, as where nobody else is there, or something of it stands.
 */
export function apartFor(
  { refusal, shown }: Whole,
  { place, by, askers, again, privateTo }: Question,
  { events, draft }: Pick<Claim, 'events' | 'draft'>,
  { can }: Pick<Platform, 'can'>,
  refusals: Pick<Refusals, 'isFirst'>,
): Apart | null {
  const isAlone = privateTo !== null || place.direct
  if (refusal !== 'budget' || isAlone || askers.length > 1) return null
  if (shown !== '' || again !== null || draft !== null) return null
  const isFirst = refusals.isFirst('budget', { by, place }, pauseMs)
  // Behind a command its caller waits for a reply.
  if (!isFirst && events.every(({ kind }) => kind === 'message')) return 'nobody'
  return can.private === 'everywhere' ? 'asker' : null
}

/**
 * A sound that somebody asked for and that the platform forbids where it belongs: they are told apart, with what is to
 * be allowed. null: it is something else, or nobody can be told.
 */
export function forbiddenAloud(
  whole: Whole,
  delivered: Delivered,
  { task, quiet, place }: Question,
  platform: Platform,
): Whole | null {
  if (task.kind !== 'speak' || quiet || !canBePrivate(platform, place)) return null
  if (delivered.kind !== 'given_up' || delivered.why.kind !== 'forbidden') return null
  const why = delivered.why.why.replace(/[.\s]+$/, '')
  const mark = `*I can’t send what you want to hear: ${why}. An administrator can allow it.*`
  return { ...whole, shown: '', enclosed: [], mark, apart: 'asker' }
}
