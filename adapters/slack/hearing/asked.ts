import type { Place } from '../../../src/ports/event.ts'
import type { Addressee } from './addressee.ts'

/** Where a message stands, and whether Parley takes part there. */
export interface Standing {
  readonly place: Place
  readonly follows: boolean
}

/** In a channel that is one conversation people talk with each other, too: a mention is needed there for good. */
export const isAsked = (to: Addressee, { place, follows }: Standing): boolean =>
  to === 'bot' || (follows && (place.conversation.thread !== '' || place.replyTo !== undefined))

/** What is changed may have been a question. */
export const concerns = (to: Addressee, { follows }: Standing): boolean => to === 'bot' || follows
