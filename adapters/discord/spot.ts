import type { MessageRef } from '../../src/ports/event.ts'
import type { Spot } from '../../src/ports/intake.ts'
import type { ChannelFacts } from './channel-facts.ts'

/** Where no guild is: direct messages. No guild has this id. */
export const noGuild = '@me'

/** A message's surroundings, the same for what is heard and what is called in them. */
export function spotOf(facts: ChannelFacts, message: MessageRef, repliesTo: MessageRef | null): Spot {
  const thread = facts.kind === 'thread' ? facts.id : null
  return {
    platform: 'discord',
    workspace: facts.guild ?? noGuild,
    channel: (thread === null ? null : facts.parent) ?? facts.id,
    thread,
    message,
    repliesTo,
    direct: facts.kind === 'dm',
    // A thread opened on a message gets that message's id.
    threadIfOpened: facts.kind === 'text' || facts.kind === 'announcement' ? message.id : null,
  }
}
