import { conversationId } from '../keys.ts'
import type { Command } from './command.ts'

export const stop: Command = {
  name: 'stop',
  description: 'Stop the answer that is being written',
  options: [],
  lane: 'now',
  async run(call, { running }) {
    const turn = running.in(conversationId(call.place.conversation))
    if (turn === null) return { markdown: 'Nothing is being written here.', private: true }
    if (!turn.askedBy(call.by.id) && !call.by.moderator) {
      return { markdown: 'Only the person who asked, or a moderator, can stop this answer.', private: true }
    }
    if (!turn.happen('stop')) return { markdown: 'The answer was just finished.', private: true }
    await turn.over
    return { markdown: 'Stopped.', private: true }
  },
}
