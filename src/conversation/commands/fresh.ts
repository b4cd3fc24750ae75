import { conversationId } from '../keys.ts'
import type { Command } from './command.ts'

export const fresh: Command = {
  name: 'new',
  description: "Forget this conversation's history and start afresh",
  options: [],
  // The others who take part should know that it is gone.
  audience: 'all',
  // Waits its turn, so that it forgets all that was asked before it and nothing that comes after.
  lane: 'turn',
  async run(call, { memory }) {
    const conversation = conversationId(call.place.conversation)
    const head = await memory.head(conversation)
    if (head === null || head.next === 0) {
      return { markdown: 'There is nothing to forget: this conversation has no history yet.', private: true }
    }
    return {
      markdown: 'Forgotten. What you write next starts a new conversation.',
      private: false,
      settlement: { entries: [memory.forget(conversation, head)] },
      afterwards: (signal) => memory.sweep(conversation, head, signal),
    }
  },
}
