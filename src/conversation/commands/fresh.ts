import { conversationId, isChain } from '../keys.ts'
import type { Command } from './command.ts'

/** True wherever it is typed: Slack takes no commands in threads. */
const onlyInside =
  'There is nothing to forget here: each new message begins anew, and a thread remembers only what was said in it. Ask outside a thread, without replying to what was said before, and you start afresh.'

const nothing = 'There is nothing to forget: this conversation has no history yet.'

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
      return { markdown: isChain(call.place.conversation) ? onlyInside : nothing, private: true }
    }
    return {
      markdown: 'Forgotten. What you write next starts a new conversation.',
      private: false,
      settlement: { entries: [memory.forget(conversation, head)] },
      afterwards: (signal) => memory.sweep(conversation, head, signal),
    }
  },
}
