import { type Incoming, repliesTo } from './incoming.ts'

/** Whom a message speaks to. `nobody`: whoever takes part in the conversation. */
export type Addressee = 'bot' | 'others' | 'nobody'

export interface Self {
  readonly id: string
  /** The role that Discord made for the bot in this guild. */
  readonly role: string | null
}

/** In a guild; in a direct message all is for the bot. */
export function addresseeOf(message: Incoming, self: Self): Addressee {
  if (message.mentions.some(({ id }) => id === self.id)) return 'bot'
  if (self.role !== null && message.mention_roles.includes(self.role)) return 'bot'
  const answered = repliesTo(message) === null ? null : message.referenced_message?.author
  if (answered?.id === self.id) return 'bot'
  // Whoever writes on under their own words speaks to the round. @everyone is the round too.
  const people = message.mentions.some(({ id }) => id !== message.author.id)
  if (people || message.mention_roles.length > 0) return 'others'
  if (answered && answered.id !== message.author.id) return 'others'
  return 'nobody'
}
