import {
  type APIApplicationCommandAutocompleteInteraction,
  ApplicationCommandOptionType,
  InteractionResponseType,
} from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import { within } from '../../../src/within.ts'
import type { Callbacks } from './callback.ts'
import type { Scene } from './scene.ts'

/** Discord's limits. */
const choicesLimit = 25
const choiceLimit = 100

const suggestMs = 2_000

/** Answers what somebody has typed so far with what fits; with nothing when that fails or takes too long. */
export function createAutocomplete(parts: {
  readonly intake: Intake
  readonly callbacks: Callbacks
  readonly clock: Clock
  readonly log: Logger
}) {
  const { intake, callbacks, clock, log } = parts

  async function suggestions(
    interaction: APIApplicationCommandAutocompleteInteraction,
    signal: AbortSignal,
  ): Promise<readonly string[]> {
    const { name, options } = interaction.data
    const typed = options?.find((option) => 'focused' in option && option.focused)
    if (typed?.type !== ApplicationCommandOptionType.String) return []
    const spec = intake.commands.find((command) => command.name === name)
    const what = spec?.options.find((option) => option.name === typed.name)?.suggest
    if (what === undefined) return []
    try {
      return await within({ clock, limit: suggestMs, signal }, (limited) =>
        intake.suggest(what, typed.value, limited),
      )
    } catch (error) {
      signal.throwIfAborted()
      log.warn({ err: error, command: name }, 'nothing could be suggested')
      return []
    }
  }

  return async (
    interaction: APIApplicationCommandAutocompleteInteraction,
    scene: Scene,
    signal: AbortSignal,
  ): Promise<void> => {
    const found = await suggestions(interaction, signal)
    // A shortened value would be another one.
    const fitting = [...new Set(found)].filter((value) => value !== '' && value.length <= choiceLimit)
    const choices = fitting.slice(0, choicesLimit).map((value) => ({ name: value, value }))
    await callbacks.answer(
      scene,
      { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices } },
      signal,
    )
  }
}
