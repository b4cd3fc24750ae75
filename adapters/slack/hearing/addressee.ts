import { mentionedIn } from '../marks.ts'
import { idsInBlocks } from '../rich-text.ts'
import { isDirect } from '../spot.ts'
import type { Incoming } from './incoming.ts'

/** Whom a message speaks to. `nobody`: whoever takes part in the conversation. */
export type Addressee = 'bot' | 'others' | 'nobody'

/** `self`: the bot's user id. In a direct message all is for the bot. */
export function addresseeOf(message: Incoming, self: string): Addressee {
  if (isDirect(message.channel)) return 'bot'
  const [said, written] = [mentionedIn(message.text), idsInBlocks(message.blocks)]
  const users = [...said.users, ...written.users]
  if (users.includes(self)) return 'bot'
  // Whoever mentions themselves speaks to the round; @here and @channel are the round, too.
  const people = users.some((user) => user !== message.user)
  return people || said.groups.length > 0 || written.groups.length > 0 ? 'others' : 'nobody'
}
