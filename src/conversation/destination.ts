import type { Logger } from 'pino'
import type { Place } from '../ports/event.ts'
import type { Opened } from '../ports/outcome.ts'
import type { Platform } from '../ports/platform.ts'
import type { Unopened } from '../reply/opening.ts'
import type { StoredTurn } from './memory.ts'
import type { Question } from './question.ts'
import { titleOf } from './title.ts'

/** Where an answer goes, and how to get there. */
export interface Destination {
  /** For the delivery: the place, or how to open it. */
  readonly to: Place | Unopened
  /** Resolves once the place is open; never, if it can't be opened. */
  readonly open: Promise<Place>
  /** Where the answer stands, as far as is known by now; with a `root` while the place is not open. */
  place(): Place
}

/**
 * The question's place. Where no thread may be opened on it, or nothing may be written in the one that was, the answer
 * goes beside the question.
 */
export function destinationOf(
  platform: Platform,
  { place, asked, privateTo }: Question,
  log: Pick<Logger, 'warn'>,
): Destination {
  // A thread is there for all to see, and so is its title.
  const known = privateTo !== null ? beside(place) : place
  if (known.root === null) return { to: known, open: Promise.resolve(known), place: () => known }
  const { promise, resolve } = Promise.withResolvers<Place>()
  let at = place
  return {
    open: promise,
    place: () => at,
    to: {
      unopened: place,
      async open(signal) {
        const tried = await platform.openPlace(place, titleOf(asked[0]?.text ?? ''), signal)
        const opened: Opened = tried.kind === 'forbidden' ? { kind: 'open', place: beside(place) } : tried
        if (opened.kind === 'open') {
          at = opened.place
          resolve(at)
        }
        return opened
      },
      instead(why) {
        if (at.replyTo !== undefined) return null
        log.warn(
          { why },
          'nothing may be written in the thread that was opened: the answer goes beside its question',
        )
        at = beside(place)
        return at
      },
    },
  }
}

/** In the channel where the question stands, without a thread; the conversation stays the same. */
export const beside = (place: Place): Place =>
  place.root === null ? place : { ...place, root: null, replyTo: place.root }

/** Where an answer stands that was given before: beside its question, if it did then; its thread is open already. */
export function asAnswered(
  { replyTo: _, ...place }: Place,
  { replyTo, parts }: Pick<StoredTurn, 'replyTo' | 'parts'>,
): Place {
  if (replyTo !== undefined) return { ...place, root: null, replyTo }
  return parts.some(({ ref }) => ref !== null) ? { ...place, root: null } : place
}
