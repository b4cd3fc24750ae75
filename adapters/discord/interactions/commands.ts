import type {
  APIChatInputApplicationCommandInteraction,
  APIMessage,
  APIMessageApplicationCommandInteraction,
  APIModalSubmitInteraction,
} from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { CommandSpec } from '../../../src/ports/command.ts'
import type { MessageRef, Place } from '../../../src/ports/event.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { within } from '../../../src/within.ts'
import type { Brought } from '../hearing/quotes.ts'
import type { Admitting } from './admitting.ts'
import { type Callbacks, privately } from './callback.ts'
import { callCommand, placeOf } from './calls.ts'
import { isSlash, menuTitle } from './command-json.ts'
import type { ButtonId } from './custom-id.ts'
import { fieldsOf, modalOf } from './form.ts'
import { readFormId } from './form-id.ts'
import { optionsOf } from './options.ts'
import type { Scene } from './scene.ts'
import type { Reading } from './subject.ts'
import type { Targets } from './targets.ts'
import { placeUnder, refUnder } from './under.ts'

/** A form that takes longer is left out: Discord waits three seconds. */
const formMs = 2_000

export const unknownCommandWords =
  'I don’t have this command any more; Discord will stop offering it soon. `/help` lists what there is.'
export const lostTargetWords =
  'I no longer have the message that this was about: please open the menu on it again.'

const noFormWords =
  'I can’t open this form for you now: what it is about may be gone, or I don’t answer you here. You can try again in a moment.'

export interface CommandParts {
  readonly intake: Intake
  readonly admitting: Admitting
  readonly callbacks: Callbacks
  readonly targets: Targets
  readonly reading: Reading
  readonly clock: Clock
  readonly log: Logger
}

export interface Commands {
  slash(
    interaction: APIChatInputApplicationCommandInteraction,
    scene: Scene,
    signal: AbortSignal,
  ): Promise<void>
  menu(interaction: APIMessageApplicationCommandInteraction, scene: Scene, signal: AbortSignal): Promise<void>
  submitted(interaction: APIModalSubmitInteraction, scene: Scene, signal: AbortSignal): Promise<void>
  /** The form of a command whose button was pressed under `message`. */
  asked(name: string, button: ButtonId, message: APIMessage, scene: Scene, signal: AbortSignal): Promise<void>
}

const about = (subject: Brought | null) => async (): Promise<Brought | null> => subject

export function createCommands(parts: CommandParts): Commands {
  const { intake, callbacks, targets, reading, clock, log } = parts

  const unknown = async (scene: Scene, signal: AbortSignal): Promise<void> => {
    await callbacks.answer(scene, privately(unknownCommandWords), signal)
  }

  /** The form of a command with what holds here; null where it has none, and when it isn't there in time. */
  async function formOf(
    spec: CommandSpec,
    scene: Scene,
    signal: AbortSignal,
    under?: { readonly place: Place; readonly about: MessageRef },
  ) {
    if (!spec.form) return null
    try {
      return await within({ clock, limit: formMs, signal }, async () =>
        under
          ? intake.form(spec.name, under.place, scene.by, under.about)
          : intake.form(spec.name, await placeOf(intake, scene), scene.by),
      )
    } catch (error) {
      signal.throwIfAborted()
      log.warn({ err: error, command: spec.name }, 'a form could not be made')
      return null
    }
  }

  const slash: Commands['slash'] = async ({ data }, scene, signal) => {
    const spec = intake.commands.find((command) => command.name === data.name && isSlash(command))
    if (!spec) return unknown(scene, signal)
    const options = optionsOf({
      given: data.options,
      resolved: data.resolved,
      channel: scene.channel.id,
      named: (text) => reading.text(text, scene.guild),
    })
    const form = Object.keys(options).length === 0 ? await formOf(spec, scene, signal) : null
    if (form) return void (await callbacks.answer(scene, modalOf(form, spec.name, null), signal))
    await callCommand(parts, { spec, options, subject: about(null) }, scene, signal)
  }

  const menu: Commands['menu'] = async ({ data }, scene, signal) => {
    const spec = intake.commands.find((command) => menuTitle(command) === data.name)
    const message = data.resolved?.messages?.[data.target_id]
    if (!spec || !message) return unknown(scene, signal)
    const form = await formOf(spec, scene, signal)
    if (form) {
      targets.keep(scene, message)
      return void (await callbacks.answer(scene, modalOf(form, spec.name, message.id), signal))
    }
    await callCommand(
      parts,
      { spec, options: {}, subject: about(reading.subject(message, scene.guild)) },
      scene,
      signal,
    )
  }

  const asked: Commands['asked'] = async (name, button, message, scene, signal) => {
    const spec = intake.commands.find((command) => command.name === name)
    if (!spec) return unknown(scene, signal)
    const under = { place: placeUnder(button, message, scene), about: refUnder(message, scene) }
    const form = await formOf(spec, scene, signal, under)
    const response = form ? modalOf(form, spec.name, null) : privately(noFormWords)
    await callbacks.answer(scene, response, signal)
  }

  const submitted: Commands['submitted'] = async ({ data, message: above }, scene, signal) => {
    const id = readFormId(data.custom_id)
    const spec = id && intake.commands.find((command) => command.name === id.command)
    if (!spec) return unknown(scene, signal)
    const fields = fieldsOf(data, id).filter((field) => spec.options.some(({ name }) => name === field.name))
    const options = Object.fromEntries(
      fields.map(({ name, value }) => [name, reading.text(value, scene.guild)]),
    )
    const subject = async (limited: AbortSignal) => {
      if (id.target === null) return null
      const message = await targets.recall(scene, id.target, limited)
      return message ? reading.subject(message, scene.guild) : lostTargetWords
    }
    const call = { spec, options, subject, ...(above && { above }) }
    await callCommand(parts, call, scene, signal)
  }

  return { slash, menu, submitted, asked }
}
