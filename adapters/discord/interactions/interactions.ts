import {
  type APIInteraction,
  type APIInteractionResponse,
  ApplicationCommandType,
  InteractionResponseType,
  InteractionType,
} from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import type { Deferrals } from '../deferrals.ts'
import type { Directory } from '../directory.ts'
import type { PacedGet } from '../paced-get.ts'
import type { Wire } from '../wire.ts'
import { createAdmitting, failedWords } from './admitting.ts'
import { createAutocomplete } from './autocomplete.ts'
import { createButtons } from './buttons.ts'
import { createCallbacks, privately } from './callback.ts'
import { createCommands, unknownCommandWords } from './commands.ts'
import { Malformed } from './malformed.ts'
import { sceneOf } from './scene.ts'
import { createReading } from './subject.ts'
import { createTargets } from './targets.ts'

export interface InteractionParts {
  readonly intake: Intake
  readonly wire: Wire
  readonly get: PacedGet
  readonly deferrals: Deferrals
  readonly directory: Pick<Directory, 'nameOf' | 'ownRole' | 'known' | 'isMember'>
  /** The bot's user id. */
  readonly self: () => string
  readonly clock: Clock
  readonly log: Logger
  /** Ends everything that waits. */
  readonly signal: AbortSignal
}

export interface Interactions {
  /** Resolves when the interaction was taken in and acknowledged, or given up; never rejects. */
  hear(interaction: APIInteraction): Promise<void>
}

/** So many are taken in side by side; each ends by itself, and takes a minute at worst. */
const mostAtOnce = 1_000

/** Slash commands, menus, forms, buttons and what is offered while somebody types. */
export function createInteractions(parts: InteractionParts): Interactions {
  const { clock, log, signal } = parts
  const callbacks = createCallbacks(parts)
  const admitting = createAdmitting({ ...parts, callbacks })
  const commands = createCommands({
    ...parts,
    callbacks,
    admitting,
    targets: createTargets(parts),
    reading: createReading(parts),
  })
  const press = createButtons({ admitting, callbacks, commands })
  const complete = createAutocomplete({ ...parts, callbacks })

  async function take(interaction: APIInteraction, heardAt: number): Promise<void> {
    if (interaction.type === InteractionType.Ping) return
    if (!interaction.data) throw new Malformed('An interaction without data')
    const scene = sceneOf(interaction, parts.directory, clock.now(), heardAt)
    switch (interaction.type) {
      case InteractionType.ApplicationCommand:
        switch (interaction.data.type) {
          case ApplicationCommandType.ChatInput:
            return commands.slash({ ...interaction, data: interaction.data }, scene, signal)
          case ApplicationCommandType.Message:
            return commands.menu({ ...interaction, data: interaction.data }, scene, signal)
          default:
            return void (await callbacks.answer(scene, privately(unknownCommandWords), signal))
        }
      case InteractionType.ModalSubmit:
        return commands.submitted(interaction, scene, signal)
      case InteractionType.MessageComponent:
        return press(interaction, scene, signal)
      case InteractionType.ApplicationCommandAutocomplete:
        return complete(interaction, scene, signal)
      default:
        throw new Malformed('An interaction of a kind that is not known here')
    }
  }

  /** Nobody is left with "The application did not respond". Where that was answered already, Discord says so. */
  async function excuse({ id, token, type }: APIInteraction, heardAt: number): Promise<void> {
    const isAnswerable = /^\d{1,20}$/.test(id) && typeof token === 'string' && token !== ''
    if (isAnswerable) await callbacks.answer({ id, token, heardAt }, excuseFor(type), signal)
  }

  let underWay = 0
  return {
    async hear(interaction) {
      if (underWay >= mostAtOnce) {
        // Discord tells the person that there was no answer.
        log.warn({ interaction: interaction.id }, 'too many interactions at once: one is left unanswered')
        return
      }
      underWay++
      const heardAt = clock.elapsed()
      try {
        await take(interaction, heardAt)
      } catch (error) {
        if (signal.aborted) return
        if (error instanceof Malformed)
          log.warn({ interaction: interaction.id }, `An interaction makes no sense: ${error.message}`)
        else log.error({ err: error, interaction: interaction.id }, 'an interaction failed')
        // It rejects at the end of the program only.
        await excuse(interaction, heardAt).catch(() => undefined)
      } finally {
        underWay--
      }
    },
  }
}

const excuseFor = (type: InteractionType): APIInteractionResponse =>
  type === InteractionType.ApplicationCommandAutocomplete
    ? { type: InteractionResponseType.ApplicationCommandAutocompleteResult, data: { choices: [] } }
    : privately(failedWords)
