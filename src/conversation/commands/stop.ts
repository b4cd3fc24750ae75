import type { CommandCalled } from '../../ports/event.ts'
import { conversationId, isChain } from '../keys.ts'
import type { Running } from '../running.ts'
import { notTheirsToStopWords } from '../words.ts'
import type { Command } from './command.ts'

export const stop: Command = {
  name: 'stop',
  description: 'Stop the answer that is being written',
  options: [],
  audience: 'caller',
  lane: 'now',
  async run(call, { running, attempt }) {
    const conversation = meantBy(call, running)
    let turn = running.in(conversation)
    while (turn !== null) {
      if (!turn.askedBy(call.by.id) && !call.by.moderator)
        return { markdown: notTheirsToStopWords, private: true }
      const stopped = turn.happen('stop')
      if (stopped || turn.turn.ending === 'restarted') await turn.over
      if (stopped) return { markdown: 'Stopped.', private: true }
      if (turn.turn.ending !== 'restarted')
        return { markdown: 'The answer was just finished.', private: true }
      // An edit came before it: the turn that starts again is meant.
      turn = await running.soon(conversation)
    }
    // It may be a former try of this very command that stopped it.
    const anyMore = attempt > 1 ? ' any more' : ''
    return { markdown: `Nothing is being written here${anyMore}.`, private: true }
  },
}

/**
 * The conversation it was called in. Outside every thread that is often none, or one where nothing runs: what was
 * asked in the channel last is meant then, the caller's own first.
 */
function meantBy({ place, by }: CommandCalled, running: Running): string {
  const { conversation } = place
  const here = conversationId(conversation)
  const inThread = conversation.thread !== '' && !isChain(conversation)
  if (inThread || running.in(here) !== null) return here
  const theirs = running.newestIn(conversation, (turn) => turn.askedBy(by.id))
  return theirs ?? running.newestIn(conversation, () => true) ?? here
}
