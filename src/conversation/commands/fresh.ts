import { conversationId, isChain } from '../keys.ts'
import type { Command } from './command.ts'

const onlyInside = (typed: string): string =>
  `There is nothing to forget here: each question in this channel is a conversation of its own. \`${typed}\` works in a thread, in a direct message, and where the channel is one conversation.`

const nothing = 'There is nothing to forget: this conversation has no history yet.'

export const fresh: Command = {
  name: 'new',
  description: "Forget this conversation's history and start afresh",
  options: [],
  // The others who take part should know that it is gone.
  audience: 'all',
  // Waits its turn, so that it forgets all that was asked before it and nothing that comes after.
  lane: 'turn',
  async run(call, { memory, typed }) {
    const conversation = conversationId(call.place.conversation)
    const head = await memory.head(conversation)
    if (head === null || head.next === 0) {
      return {
        markdown: isChain(call.place.conversation) ? onlyInside(typed('new')) : nothing,
        private: true,
      }
    }
    return {
      markdown: 'Forgotten. What you write next starts a new conversation.',
      private: false,
      settlement: { entries: [memory.forget(conversation, head)] },
      afterwards: (signal) => memory.sweep(conversation, head, signal),
    }
  },
}
