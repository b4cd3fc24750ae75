import { mentionedIn } from '../marks.ts'
import { idsInBlocks } from '../rich-text.ts'
import { isBetweenTwo } from '../spot.ts'
import type { Incoming } from './incoming.ts'

/** Whom a message speaks to. `nobody`: whoever takes part in the conversation. */
export type Addressee = 'bot' | 'others' | 'nobody'

export function mentionedBy(message: Incoming): {
  readonly users: readonly string[]
  readonly groups: readonly string[]
} {
  const [said, written] = [mentionedIn(message.text), idsInBlocks(message.blocks)]
  return { users: [...said.users, ...written.users], groups: [...said.groups, ...written.groups] }
}

/** `self`: the bot's user id. In a direct message all is for the bot. */
export function addresseeOf(message: Incoming, self: string): Addressee {
  if (isBetweenTwo(message.channel)) return 'bot'
  const { users, groups } = mentionedBy(message)
  if (users.includes(self)) return 'bot'
  // Whoever mentions themselves speaks to the round; @here and @channel are the round, too.
  const people = users.some((user) => user !== message.user)
  return people || groups.length > 0 ? 'others' : 'nobody'
}
