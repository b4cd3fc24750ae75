import type { Place } from '../ports/event.ts'
import type { Opened, Platform } from '../ports/platform.ts'

/** Where an answer goes, and how to get there. */
export interface Destination {
  /** For the delivery: the place, or one try at opening it. */
  readonly to: Place | ((signal: AbortSignal) => Promise<Opened>)
  /** Resolves once the place is open; never, if it can't be opened. */
  readonly open: Promise<Place>
}

/** The question's place. Where no thread may be opened on it, the answer goes beside the question. */
export function destinationOf(platform: Platform, place: Place, title: string): Destination {
  if (place.root === null) return { to: place, open: Promise.resolve(place) }
  const { promise, resolve } = Promise.withResolvers<Place>()
  return {
    open: promise,
    async to(signal) {
      const tried = await platform.openPlace(place, title, signal)
      const beside = { ...place, conversation: { ...place.conversation, thread: '' } }
      const opened: Opened = tried.kind === 'forbidden' ? { kind: 'open', place: beside } : tried
      if (opened.kind === 'open') resolve(opened.place)
      return opened
    },
  }
}
