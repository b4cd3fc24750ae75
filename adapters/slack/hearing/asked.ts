import type { Place } from '../../../src/ports/event.ts'
import type { Addressee } from './addressee.ts'
import type { Heard, Known } from './events.ts'

/** Where a message stands, and whether Parley takes part there. */
export interface Standing {
  readonly place: Place
  readonly follows: boolean
}

/** What somebody said, to whom. */
export interface Meant {
  readonly heard: Heard
  readonly to: Addressee
  /** null: it was not for Parley when it came; it may be by its turn. */
  readonly known: Known | null
}

/** In a channel that is one conversation people talk with each other, too: a mention is needed there for good. */
export const isAsked = (to: Addressee, { place, follows }: Standing): boolean =>
  to === 'bot' || (follows && (place.conversation.thread !== '' || place.replyTo !== undefined))

/** What is changed may have been a question. */
export const concerns = (to: Addressee, { follows }: Standing): boolean => to === 'bot' || follows
