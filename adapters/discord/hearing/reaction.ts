import type { MessageRef, Person } from '../../../src/ports/event.ts'
import type { Directory } from '../directory.ts'
import { type IncomingMember, personOf } from './incoming.ts'
import type { WholeReaction } from './whole.ts'

/** On an answer it says: read this aloud. */
const LOUDSPEAKER = '🔊'

/** Of a person, and not plainly to the words of somebody else. */
export const asksToHear = ({ emoji, user, author, person }: WholeReaction, self: string): boolean =>
  // Some clients append the selector that asks for a picture.
  emoji?.replace('\uFE0F', '') === LOUDSPEAKER &&
  user !== self &&
  person?.bot !== true &&
  (author === null || author === self)

export const answerIn = ({ channel, message }: WholeReaction): MessageRef => ({ channel, id: message })

/** Taken away and given again it is the same wish. */
export const idOfWish = ({ message, user }: WholeReaction): string =>
  `reaction:${message}:${user}:${LOUDSPEAKER}`

/** Who gave it. In direct messages Discord tells no more than the id. */
export function giverOf(
  { user, person }: WholeReaction,
  member: IncomingMember | undefined,
  names: Pick<Directory['nameOf'], 'user'>,
): Person {
  const username = names.user(user, null) ?? user
  const known = person ?? { id: user, username, discriminator: '0', global_name: null, avatar: null }
  return personOf(known, member)
}
