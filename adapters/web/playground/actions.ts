import type { Clock } from '../../../src/ports/clock.ts'
import type { Form } from '../../../src/ports/command.ts'
import type { InboundEvent, MessageRef, Place } from '../../../src/ports/event.ts'
import { Problem } from '../problem.ts'
import { conversationIn } from './address.ts'
import type { Who, Writer } from './authors.ts'
import type { Board } from './board.ts'
import type { ActionCall, CommandCall } from './bodies.ts'
import type { Chat } from './chat.ts'
import { readCommandCall, typed } from './command-line.ts'
import { type Files, fileRef } from './files.ts'
import { type Hearing, person } from './hearing.ts'
import { directWith, refOf, type Stored, visibleTo } from './message.ts'
import type { MessageLog } from './message-log.ts'

/** Buttons under an answer, and commands from the menu. */
export interface Actions {
  act(call: ActionCall, by: Writer): Promise<void>
  command(call: CommandCall, by: Writer): Promise<void>
  /** The form that a button of this answer opens; rejects with a `Problem` when there is none for this person. */
  form(command: string, answer: MessageRef, by: Who): Promise<Form>
}

/** Of a conversation that has a thread, or none but itself, outside of it. */
const standsBeside = ({ thread, conversation }: Stored): boolean => thread === null && Boolean(conversation)

/** An answer shows its buttons a moment before it is remembered, and somebody may be quick. Milliseconds. */
const formTries = 5
const formPause = 200

const placeIn = (channel: string, thread: string | null): Place => ({
  conversation: conversationIn(channel, thread),
  root: null,
  direct: directWith(channel) !== null,
})

const placeOfAnswer = (answer: Stored): Place => ({
  ...placeIn(answer.channel, answer.conversation),
  ...(standsBeside(answer) && { replyTo: refOf(answer) }),
})

export function createActions(parts: {
  readonly chat: Chat
  readonly log: MessageLog
  readonly board: Board
  readonly files: Files
  readonly hearing: Hearing
  readonly clock: Clock
}): Actions {
  const { chat, log, board, files, hearing, clock } = parts

  async function answerAt(ref: MessageRef, by: Who): Promise<Stored> {
    const message = await log.find(ref)
    if (!message || !visibleTo(by.id, message)) throw new Problem(404, 'This message is not here any more.')
    if (!message.author.bot) throw new Problem(400, 'message: is not an answer of Parley.')
    return message
  }

  async function act(call: ActionCall, by: Writer): Promise<void> {
    await chat.checkPlace(call.channel, call.thread, by.id)
    const answer = call.message === null ? null : { channel: call.channel, id: call.message }
    const message = answer && (await answerAt(answer, by))
    const place = message ? placeOfAnswer(message) : placeIn(call.channel, call.thread)
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
    if (call.kind === 'read_aloud') return { ...heard, kind: 'read_aloud', answer }
    return { ...heard, kind: 'feedback', answer, thumb: call.thumb }
  }

  async function command(call: CommandCall, by: Writer): Promise<void> {
    await chat.checkPlace(call.channel, call.thread, by.id)
    const intake = hearing.intake()
    const ref = { channel: call.channel, id: call.id }
    const about = call.about === null ? null : { channel: call.channel, id: call.about }
    const answer = about && (await answerAt(about, by))
    const commands = about ? intake.commands : typed(intake.commands)
    const line = await readCommandCall(call.name, call.options, commands, async (id) => {
      const file = await files.find(id, by.id)
      return file && fileRef(file)
    })
    if (line.kind !== 'command')
      throw new Problem(400, line.kind === 'mistake' ? line.words : 'name: is not a command')
    const spot = {
      platform: 'web',
      workspace: 'local',
      channel: call.channel,
      thread: call.thread,
      message: ref,
      repliesTo: null,
      direct: directWith(call.channel) !== null,
      threadIfOpened: null,
    }
    const place = answer ? placeOfAnswer(answer) : await intake.place(spot)
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
      ...(about && { about }),
    })
  }

  async function form(command: string, answer: MessageRef, by: Who): Promise<Form> {
    await chat.checkPlace(answer.channel, null, by.id)
    const place = placeOfAnswer(await answerAt(answer, by))
    for (let tries = 0; tries < formTries; tries++) {
      if (tries > 0) await clock.sleep(formPause)
      const found = await hearing.intake().form(command, place, person({ ...by, name: '' }), answer)
      if (found) return found
    }
    throw new Problem(404, 'There is nothing to fill in here any more.')
  }

  return { act, command, form }
}
