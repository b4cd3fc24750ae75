import type { CommandCalled } from '../../ports/event.ts'
import { conversationId, isChain } from '../keys.ts'
import type { Running, RunningTurn } from '../running.ts'
import { notTheirsToStopWords } from '../words.ts'
import type { Command, CommandReply } from './command.ts'

export const stop: Command = {
  name: 'stop',
  description: 'Stop the answer that is being written',
  options: [],
  audience: 'caller',
  lane: 'now',
  async run(call, { running, attempt }) {
    const conversation = meantBy(call, running)
    const mayStop = (turn: RunningTurn): boolean => turn.askedBy(call.by.id) || call.by.moderator
    const speeches = running.speeches.allIn(conversation)
    // What is read aloud beside an answer ends with it.
    const aloud = Promise.all(speeches.filter(mayStop).map(stopTurn))
    const ends = [await stopAnswer(running, conversation, mayStop), ...(await aloud)]
    if (ends.includes('stopped')) return said('Stopped.')
    if (ends.includes('finished')) return said('The answer was just finished.')
    if (ends.includes('not theirs') || speeches.length > 0) return said(notTheirsToStopWords)
    // It may be a former try of this very command that stopped it.
    const anyMore = attempt > 1 ? ' any more' : ''
    return said(`Nothing is being written here${anyMore}.`)
  },
}

const said = (markdown: string): CommandReply => ({ markdown, private: true })

async function stopAnswer(
  running: Running,
  conversation: string,
  mayStop: (turn: RunningTurn) => boolean,
): Promise<'stopped' | 'finished' | 'not theirs' | 'nothing'> {
  let turn = running.in(conversation)
  while (turn !== null) {
    if (!mayStop(turn)) return 'not theirs'
    const end = await stopTurn(turn)
    if (end !== 'restarted') return end
    // An edit came before it: the turn that starts again is meant.
    turn = await running.soon(conversation)
  }
  return 'nothing'
}

async function stopTurn(turn: RunningTurn): Promise<'stopped' | 'restarted' | 'finished'> {
  const stopped = turn.happen('stop')
  const restarted = turn.turn.ending === 'restarted'
  if (stopped || restarted) await turn.over
  return stopped ? 'stopped' : restarted ? 'restarted' : 'finished'
}

/**
 * The conversation it was called in. Outside every thread that is often none, or one where nothing of the caller's runs:
 * what was asked in the channel last is meant then, the caller's own first, and an answer before what is read aloud.
 */
function meantBy({ place, by }: CommandCalled, running: Running): string {
  const { conversation } = place
  const here = conversationId(conversation)
  const inThread = conversation.thread !== '' && !isChain(conversation)
  const runsHere = [running.in(here), ...running.speeches.allIn(here)].filter((turn) => turn !== null)
  const isOwn = (turn: RunningTurn): boolean => turn.askedBy(by.id)
  if (inThread || runsHere.some(isOwn)) return here
  const newest = (fits: (turn: RunningTurn) => boolean): string | null =>
    running.newestIn(conversation, fits) ?? running.speeches.newestIn(conversation, fits)
  return newest(isOwn) ?? (runsHere.length > 0 ? here : newest(() => true)) ?? here
}
