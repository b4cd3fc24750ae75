import { conversationId } from '../keys.ts'
import type { Command } from './command.ts'

export const stop: Command = {
  name: 'stop',
  description: 'Stop the answer that is being written',
  options: [],
  audience: 'caller',
  lane: 'now',
  async run(call, { running }) {
    const conversation = conversationId(call.place.conversation)
    let turn = running.in(conversation)
    while (turn !== null) {
      if (!turn.askedBy(call.by.id) && !call.by.moderator) {
        return { markdown: 'Only the person who asked, or a moderator, can stop this answer.', private: true }
      }
      const stopped = turn.happen('stop')
      if (stopped || turn.turn.ending === 'restarted') await turn.over
      if (stopped) return { markdown: 'Stopped.', private: true }
      if (turn.turn.ending !== 'restarted')
        return { markdown: 'The answer was just finished.', private: true }
      // An edit came before it: the turn that starts again is meant.
      turn = await running.soon(conversation)
    }
    return { markdown: 'Nothing is being written here.', private: true }
  },
}
