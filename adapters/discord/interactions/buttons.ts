import {
  type APIInteractionResponse,
  type APIMessage,
  type APIMessageComponentInteraction,
  InteractionResponseType,
} from 'discord-api-types/v10'
import type { InboundEvent, MessageRef } from '../../../src/ports/event.ts'
import type { Admitting } from './admitting.ts'
import { type Callbacks, privately } from './callback.ts'
import type { Commands } from './commands.ts'
import { type ButtonId, readButtonId } from './custom-id.ts'
import { Malformed } from './malformed.ts'
import type { Scene } from './scene.ts'
import { placeUnder } from './under.ts'

export const thanksWords = 'Thanks, noted.'
export const unknownButtonWords =
  'I don’t know this button any more; it is from another version of me. Please ask again.'

/** The buttons under an answer. Their ids carry the conversation, so that they work after a restart. */
export function createButtons(parts: {
  readonly admitting: Admitting
  readonly callbacks: Callbacks
  readonly commands: Pick<Commands, 'asked'>
}) {
  const { admitting, callbacks, commands } = parts
  return async (
    interaction: APIMessageComponentInteraction,
    scene: Scene,
    signal: AbortSignal,
  ): Promise<void> => {
    if (!interaction.message) throw new Malformed('A button without its message')
    const id = readButtonId(interaction.data.custom_id)
    if (id?.verb === 'correct') return commands.asked('correct', id, interaction.message, scene, signal)
    const event = id && eventOf(id, interaction.message, scene)
    if (!event) {
      await callbacks.answer(scene, privately(unknownButtonWords), signal)
      return
    }
    await admitting.admit(
      {
        scene,
        prepare: async () => event,
        acknowledgement: acknowledgementOf(event),
        afterwards: 'whisper',
      },
      signal,
    )
  }
}

/** A thumb changes nothing that can be seen, so it is answered in words. */
const acknowledgementOf = ({ kind }: InboundEvent): APIInteractionResponse =>
  kind === 'feedback' ? privately(thanksWords) : { type: InteractionResponseType.DeferredMessageUpdate }

function eventOf(id: ButtonId, message: APIMessage, scene: Scene): InboundEvent | null {
  const answer: MessageRef = { channel: scene.channel.id, id: message.id }
  const heard = {
    id: `interaction:${scene.id}`,
    at: scene.at,
    place: placeUnder(id, message, scene),
    by: scene.by,
  }
  switch (id.verb) {
    case 'stop':
      return { ...heard, kind: 'stop', answer }
    case 'regenerate':
    case 'retry':
      return { ...heard, kind: 'regenerate', answer }
    case 'up':
    case 'down':
      return { ...heard, kind: 'feedback', answer, thumb: id.verb }
    case 'read_aloud':
      return { ...heard, kind: 'read_aloud', answer }
    case 'correct':
    case 'thumbs':
      // The one opens a form, the other names a pair: no event of their own.
      return null
  }
}
