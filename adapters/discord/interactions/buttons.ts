import {
  type APIInteractionResponse,
  type APIMessage,
  type APIMessageComponentInteraction,
  InteractionResponseType,
  MessageFlags,
  MessageReferenceType,
} from 'discord-api-types/v10'
import type { InboundEvent, MessageRef, Place } from '../../../src/ports/event.ts'
import { noGuild } from '../spot.ts'
import type { Admitting } from './admitting.ts'
import { type Callbacks, privately } from './callback.ts'
import { type ButtonId, readButtonId } from './custom-id.ts'
import { Malformed } from './malformed.ts'
import { type Scene, viaOf } from './scene.ts'

export const thanksWords = 'Thanks, noted.'
export const unknownButtonWords =
  'I don’t know this button any more; it is from another version of me. Please ask again.'

/** The buttons under an answer. Their ids carry the conversation, so that they work after a restart. */
export function createButtons(parts: { readonly admitting: Admitting; readonly callbacks: Callbacks }) {
  const { admitting, callbacks } = parts
  return async (
    interaction: APIMessageComponentInteraction,
    scene: Scene,
    signal: AbortSignal,
  ): Promise<void> => {
    if (!interaction.message) throw new Malformed('A button without its message')
    const id = readButtonId(interaction.data.custom_id)
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
    place: placeOf(id, message, scene),
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
    case 'thumbs':
      // Names the pair; no button is called so.
      return null
  }
}

function placeOf({ channel, thread }: ButtonId, message: APIMessage, scene: Scene): Place {
  const conversation = { platform: 'discord', workspace: scene.guild ?? noGuild, channel, thread }
  const isPrivate = ((message.flags ?? 0) & MessageFlags.Ephemeral) !== 0
  const replyTo = replyOf({ channel, thread }, message, scene.channel.id)
  return {
    conversation,
    root: null,
    direct: scene.channel.kind === 'dm',
    via: viaOf(scene, 'component', isPrivate),
    ...(replyTo && { replyTo }),
  }
}

/** What the answer replied to, where the conversation has no thread of its own in which the button would stand. */
function replyOf(
  { channel, thread }: Pick<ButtonId, 'channel' | 'thread'>,
  message: APIMessage,
  here: string,
): MessageRef | null {
  const chain = thread.startsWith('reply:')
  const home = chain || thread === '' ? channel : thread
  if (!chain && home === here) return null
  const reference = message.message_reference
  if (reference?.message_id !== undefined && reference.type !== MessageReferenceType.Forward) {
    return { channel: here, id: reference.message_id }
  }
  return home === here ? null : { channel: here, id: message.id }
}
