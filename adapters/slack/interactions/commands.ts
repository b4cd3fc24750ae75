import { choiceIn } from '../../../src/conversation/typed-options.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { CommandSpec } from '../../../src/ports/command.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { type Ack, inField, privately } from './acknowledgement.ts'
import { placeOf as placeUnder } from './buttons.ts'
import { type Acknowledged, type Call, type CallParts, callCommand } from './calls.ts'
import { readCommandLine } from './command-line.ts'
import { filledIn, formId } from './form.ts'
import { type FormNote, readFormNote } from './form-note.ts'
import type { Forms } from './forms.ts'
import type { MessageShortcut, SlashCommand, ViewSubmission } from './payload.ts'
import { placeOf, placeOn, type Scene } from './scene.ts'
import { callbackIdOf } from './shortcuts.ts'
import type { Targets } from './targets.ts'
import { helpWords, incompleteWords, notAChoiceWords, unknownWords } from './usage.ts'
import type { Whisper } from './whisper.ts'

export const unknownCommandWords =
  'I don’t have this command any more, or not yet. `/parley help` lists what there is.'
export const unknownFormWords = 'I don’t know this form any more: please open it again.'
export const lostTargetWords =
  'I no longer have the message that this was about: please open the menu on it again.'
export const emptyWords = 'Please write something here.'

export interface CommandParts extends CallParts {
  readonly intake: Intake
  readonly forms: Forms
  readonly targets: Targets
  readonly whisper: Whisper
  readonly clock: Clock
}

/** Each acknowledges, and resolves when all is said; rejects with the signal's reason, and as `ack` does. */
export interface Commands {
  slash(payload: SlashCommand, scene: Scene, ack: Ack, signal: AbortSignal): Promise<void>
  menu(payload: MessageShortcut, scene: Scene, ack: Ack, signal: AbortSignal): Promise<void>
  /** Resolves to the channel of which Home shows something else now, if any. */
  submitted(payload: ViewSubmission, scene: Scene, ack: Ack, signal: AbortSignal): Promise<string | null>
}

const noSubject = async () => null

export function createCommands(parts: CommandParts): Commands {
  const { intake, forms, targets, reading, whisper } = parts

  const fromChannel = (spec: CommandSpec, options: Call['options'], scene: Scene, channel: string): Call => ({
    spec,
    options,
    place: (visit, limited) => placeOf(parts, scene, channel, visit, limited),
    subject: noSubject,
  })

  const slash: Commands['slash'] = async (payload, scene, ack, signal) => {
    const { channel_id: channel } = payload
    const line = readCommandLine(payload.command, payload.text, intake.commands)
    if (line.kind === 'help') return ack(privately(helpWords(intake.commands)))
    if (line.kind === 'not_a_choice') return ack(privately(notAChoiceWords(line.option, line.value)))
    if (line.kind === 'unknown') return ack(privately(unknownWords(line, intake.commands)))
    const { spec, options } = line
    const call = fromChannel(spec, options, scene, channel)
    const isBare = Object.keys(options).length === 0
    let acknowledged: Acknowledged = { by: 'slash', ack }
    let isCall = line.kind === 'call'
    if (spec.form && (isBare || line.kind === 'incomplete')) {
      // The form is the answer; it takes most of the three seconds.
      await ack()
      acknowledged = { by: 'before' }
      const wanted = {
        spec,
        channel,
        target: null,
        flags: flagsIn(options),
        fromHome: false,
        place: call.place,
      }
      const opened = await forms.open(wanted, scene, signal)
      if (opened === 'open') return
      // Who may not use it is told so, not what is missing.
      isCall ||= opened === 'none'
    }
    if (isCall) return void (await callCommand(parts, call, scene, acknowledged, signal))
    const words = incompleteWords(spec)
    return acknowledged.by === 'before' ? whisper(scene, words, signal) : ack(privately(words))
  }

  const menu: Commands['menu'] = async (payload, scene, ack, signal) => {
    const spec = intake.commands.find(
      (command) => command.menu !== undefined && callbackIdOf(command) === payload.callback_id,
    )
    if (!spec) {
      await ack()
      return whisper(scene, unknownCommandWords, signal)
    }
    const { message, channel } = payload
    const target = { ts: message.ts, thread: message.thread_ts ?? null }
    const call: Call = {
      spec,
      options: {},
      place: (visit, limited) => placeOn(parts, channel.id, target, visit, limited),
      subject: ({ installation }, limited) => reading.subject(installation, channel.id, message, limited),
    }
    if (!spec.form) return void (await callCommand(parts, call, scene, { by: 'nothing', ack }, signal))
    await ack()
    const place: Call['place'] = (visit, limited) => {
      // Before it can be submitted.
      targets.keep(visit.installation.team, channel.id, message)
      return call.place(visit, limited)
    }
    const wanted = { spec, channel: channel.id, target, flags: {}, fromHome: false, place }
    if ((await forms.open(wanted, scene, signal)) === 'open') return
    await callCommand(parts, call, scene, { by: 'before' }, signal)
  }

  const submitted: Commands['submitted'] = async (payload, scene, ack, signal) => {
    const { view } = payload
    const note = view.callback_id === formId ? readFormNote(view.private_metadata) : null
    const spec = note && intake.commands.find((command) => command.name === note.command)
    if (!spec) {
      const [shown] = Object.keys(view.state.values)
      await ack(shown === undefined ? undefined : inField(shown, unknownFormWords))
      return null
    }
    const isOption = ({ name }: { name: string }) => spec.options.some((option) => option.name === name)
    const fields = filledIn(payload, note).filter(isOption)
    const texts = Object.fromEntries(fields.map(({ name, value }) => [name, value]))
    const empty = spec.options.find(
      ({ name, required }) => required && note.shown[name] !== undefined && !texts[name],
    )
    if (empty) {
      await ack(inField(empty.name, emptyWords))
      return null
    }
    const wrong = spec.options.find(
      (option) => option.choices && texts[option.name] && choiceIn(option, texts[option.name] ?? '') === null,
    )
    if (wrong) {
      await ack(inField(wrong.name, `One of ${wrong.choices?.join(', ')}, please.`))
      return null
    }
    const chosen = spec.options.flatMap((option) => {
      const choice = texts[option.name] && choiceIn(option, texts[option.name] ?? '')
      return choice ? [[option.name, choice]] : []
    })
    const options = { ...note.flags, ...texts, ...Object.fromEntries(chosen) }
    // What the answer may be written by is as old as the form.
    const here: Scene = { ...scene, channel: note.channel, responseUrl: note.responseUrl, at: note.at }
    const [field] = Object.keys(note.shown)
    const acknowledged: Acknowledged =
      field === undefined ? { by: 'nothing', ack } : { by: 'form', ack, field }
    const call =
      note.about !== null
        ? fromButton(spec, options, note.channel, note.about)
        : note.target === null
          ? fromChannel(spec, options, here, note.channel)
          : fromMessage(spec, options, note.channel, note.target)
    const taken = await callCommand(parts, call, here, acknowledged, signal)
    return taken && note.fromHome ? note.channel : null
  }

  function fromMessage(
    spec: CommandSpec,
    options: Call['options'],
    channel: string,
    target: NonNullable<FormNote['target']>,
  ): Call {
    return {
      spec,
      options,
      place: (visit, limited) => placeOn(parts, channel, target, visit, limited),
      async subject({ installation }, limited) {
        const message = await targets.recall(installation.team, channel, target, limited)
        return message ? reading.subject(installation, channel, message, limited) : lostTargetWords
      },
    }
  }

  return { slash, menu, submitted }
}

const fromButton = (
  spec: CommandSpec,
  options: Call['options'],
  channel: string,
  about: NonNullable<FormNote['about']>,
): Call => ({
  spec,
  options,
  about: { channel, id: about.id },
  place: async ({ installation }) =>
    placeUnder({ workspace: installation.team, channel, thread: about.thread }, about),
  subject: noSubject,
})

const flagsIn = (options: Call['options']): Record<string, boolean> =>
  Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => (typeof value === 'boolean' ? [[name, value]] : [])),
  )
