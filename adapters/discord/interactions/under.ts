import { type APIMessage, ComponentType, MessageFlags, MessageReferenceType } from 'discord-api-types/v10'
import type { MessageRef, Place } from '../../../src/ports/event.ts'
import { noGuild } from '../spot.ts'
import { type ButtonId, readButtonId } from './custom-id.ts'
import { type Scene, viaOf } from './scene.ts'

/** As a button's id tells it. */
type Conversation = Pick<ButtonId, 'channel' | 'thread'>

/** The conversation whose buttons stand under a message; null without one of ours. */
export const conversationUnder = ({ components }: APIMessage): Conversation | null =>
  (components ?? [])
    .flatMap((row) => (row.type === ComponentType.ActionRow ? row.components : []))
    .map((button) => ('custom_id' in button ? readButtonId(button.custom_id) : null))
    .find((id) => id !== null) ?? null

export const refUnder = ({ id }: APIMessage, { channel }: Scene): MessageRef => ({ channel: channel.id, id })

/** Whether only one person sees it. */
export const isPrivate = ({ flags }: APIMessage): boolean => ((flags ?? 0) & MessageFlags.Ephemeral) !== 0

/** Where what is wanted of the answer over a button is answered: in the answer's own conversation. */
export function placeUnder({ channel, thread }: Conversation, message: APIMessage, scene: Scene): Place {
  const conversation = { platform: 'discord', workspace: scene.guild ?? noGuild, channel, thread }
  const replyTo = replyOf({ channel, thread }, message, scene.channel.id)
  return {
    conversation,
    root: null,
    direct: scene.channel.kind === 'dm',
    via: viaOf(scene, 'component', isPrivate(message)),
    ...(replyTo && { replyTo }),
  }
}

/** What the answer replied to, where the conversation has no thread of its own in which the button would stand. */
function replyOf({ channel, thread }: Conversation, message: APIMessage, here: string): MessageRef | null {
  const chain = thread.startsWith('reply:')
  const home = chain || thread === '' ? channel : thread
  if (!chain && home === here) return null
  const reference = message.message_reference
  if (reference?.message_id !== undefined && reference.type !== MessageReferenceType.Forward) {
    return { channel: here, id: reference.message_id }
  }
  return home === here ? null : { channel: here, id: message.id }
}
