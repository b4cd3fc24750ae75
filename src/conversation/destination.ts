import type { Place } from '../ports/event.ts'
import type { Opened, Platform } from '../ports/platform.ts'
import type { StoredTurn } from './memory.ts'
import type { Question } from './question.ts'
import { titleOf } from './title.ts'

/** Where an answer goes, and how to get there. */
export interface Destination {
  /** For the delivery: the place, or one try at opening it. */
  readonly to: Place | ((signal: AbortSignal) => Promise<Opened>)
  /** Resolves once the place is open; never, if it can't be opened. */
  readonly open: Promise<Place>
}

/** The question's place. Where no thread may be opened on it, the answer goes beside the question. */
export function destinationOf(platform: Platform, { place, asked, privateTo }: Question): Destination {
  if (place.root === null) return { to: place, open: Promise.resolve(place) }
  // A thread is there for all to see, and so is its title.
  if (privateTo !== null) return { to: beside(place), open: Promise.resolve(beside(place)) }
  const { promise, resolve } = Promise.withResolvers<Place>()
  return {
    open: promise,
    async to(signal) {
      const tried = await platform.openPlace(place, titleOf(asked[0]?.text ?? ''), signal)
      const opened: Opened = tried.kind === 'forbidden' ? { kind: 'open', place: beside(place) } : tried
      if (opened.kind === 'open') resolve(opened.place)
      return opened
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
