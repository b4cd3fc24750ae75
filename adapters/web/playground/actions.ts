import type { Clock } from '../../../src/ports/clock.ts'
import type { InboundEvent, MessageRef, Place } from '../../../src/ports/event.ts'
import { Problem } from '../problem.ts'
import { conversationIn } from './address.ts'
import type { Writer } from './authors.ts'
import type { Board } from './board.ts'
import type { ActionCall, CommandCall } from './bodies.ts'
import type { Chat } from './chat.ts'
import { readCommandCall } from './command-line.ts'
import { type Files, fileRef } from './files.ts'
import { type Hearing, person } from './hearing.ts'
import { directWith, type Stored, visibleTo } from './message.ts'
import type { MessageLog } from './message-log.ts'

/** Buttons under an answer, and commands from the menu. */
export interface Actions {
  act(call: ActionCall, by: Writer): Promise<void>
  command(call: CommandCall, by: Writer): Promise<void>
}

/** Of a conversation that has a thread, or none but itself, outside of it. */
const standsBeside = ({ thread, conversation }: Stored): boolean => thread === null && Boolean(conversation)

export function createActions(parts: {
  readonly chat: Chat
  readonly log: MessageLog
  readonly board: Board
  readonly files: Files
  readonly hearing: Hearing
  readonly clock: Clock
}): Actions {
  const { chat, log, board, files, hearing, clock } = parts

  async function answerAt(ref: MessageRef, by: Writer): Promise<Stored> {
    const message = await log.find(ref)
    if (!message || !visibleTo(by.id, message)) throw new Problem(404, 'This message is not here any more.')
    if (!message.author.bot) throw new Problem(400, 'message: is not an answer of Parley.')
    return message
  }

  async function act(call: ActionCall, by: Writer): Promise<void> {
    await chat.checkPlace(call.channel, call.thread, by.id)
    const answer = call.message === null ? null : { channel: call.channel, id: call.message }
    const message = answer && (await answerAt(answer, by))
    const thread = message ? message.conversation : call.thread
    const place: Place = {
      conversation: conversationIn(call.channel, thread),
      root: null,
      ...(answer && message && standsBeside(message) ? { replyTo: answer } : {}),
      direct: directWith(call.channel) !== null,
    }
    await hearing.admit(eventOf(call, by, answer, place))
    if (call.kind === 'thumb' && answer) await board.change(answer, (it) => ({ ...it, thumb: call.thumb }))
  }

  function eventOf(call: ActionCall, by: Writer, answer: MessageRef | null, place: Place): InboundEvent {
    const heard = {
      id: `${call.kind}:${call.channel}:${call.id}`,
      at: clock.now(),
      place,
      by: person(by),
    }
    if (call.kind === 'stop') return { ...heard, kind: 'stop', answer }
    if (!answer) throw new Problem(400, 'message: is missing; it takes the id of the answer')
    if (call.kind === 'regenerate') return { ...heard, kind: 'regenerate', answer }
    return { ...heard, kind: 'feedback', answer, thumb: call.thumb }
  }

  async function command(call: CommandCall, by: Writer): Promise<void> {
    await chat.checkPlace(call.channel, call.thread, by.id)
    const intake = hearing.intake()
    const ref = { channel: call.channel, id: call.id }
    const line = await readCommandCall(call.name, call.options, intake.commands, async (id) => {
      const file = await files.find(id)
      return file && fileRef(file)
    })
    if (line.kind !== 'command')
      throw new Problem(400, line.kind === 'mistake' ? line.words : 'name: is not a command')
    const place = await intake.place({
      platform: 'web',
      workspace: 'local',
      channel: call.channel,
      thread: call.thread,
      message: ref,
      repliesTo: null,
      direct: directWith(call.channel) !== null,
      threadIfOpened: null,
    })
    const { name, options } = line
    await hearing.admit({
      kind: 'command',
      id: `command:${call.channel}:${call.id}`,
      at: clock.now(),
      place,
      by: person(by),
      name,
      options,
      message: null,
    })
  }

  return { act, command }
}
