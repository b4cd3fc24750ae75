import type { APIEmbed } from 'discord-api-types/v10'
import type { Pings } from './ledger.ts'
import { EPHEMERAL, LOADING, VOICE } from './message-body.ts'
import type { MessageState } from './states.ts'
import { userOf, type World } from './world.ts'

export interface SeenButton {
  readonly label: string
  readonly customId: string
  readonly disabled: boolean
  readonly style: number
}

/** A message as somebody sees it. */
export interface SeenMessage {
  readonly id: string
  readonly channelId: string
  readonly content: string
  readonly author: { readonly id: string; readonly name: string; readonly bot: boolean }
  readonly fromBot: boolean
  /** Labels, or the emoji of a button without one. */
  readonly buttons: readonly SeenButton[]
  readonly components: readonly unknown[]
  readonly attachments: readonly {
    readonly id: string
    readonly name: string
    readonly type: string
    readonly bytes: Uint8Array
    /** Its alt text. */
    readonly description: string | null
    /** Of a voice message; the waveform is base64. */
    readonly voice: { readonly seconds: number; readonly waveform: string } | null
  }[]
  readonly embeds: readonly APIEmbed[]
  readonly flags: number
  readonly ephemeral: boolean
  /** Shown as a voice message. */
  readonly isVoice: boolean
  /** "is thinking…" */
  readonly loading: boolean
  readonly replyTo: string | null
  readonly threadId: string | null
  readonly edits: number
  /** Every text it had, with the time it was there. */
  readonly history: readonly { readonly at: number; readonly content: string }[]
  readonly pings: Pings
  readonly nonce: string | number | null
  readonly type: number
  readonly createdAt: number
  readonly editedAt: number | null
}

/** Joins of threads and the like, that the client draws as a line. */
const isSystem = (message: MessageState): boolean => ![0, 19, 20, 23].includes(message.type)

/** A channel's messages in order, as its members see them; `as` sees also what only this person sees. */
export function visible(world: World, channelId: string, as: string | null, system: boolean): SeenMessage[] {
  const channel = world.channels.get(channelId)
  if (channel === undefined) return []
  return [...channel.messages.values()]
    .filter((one) => (one.visibleTo === null || one.visibleTo === as) && (system || !isSystem(one)))
    .map((one) => seen(world, one))
}

export function seen(world: World, message: MessageState): SeenMessage {
  const author = userOf(world, message.authorId)
  return {
    id: message.id,
    channelId: message.channelId,
    content: message.content,
    author: { id: author.id, name: message.webhook?.name ?? author.username, bot: author.bot === true },
    fromBot: author.id === world.bot.id,
    buttons: buttonsOf(message.components),
    components: message.components,
    attachments: message.attachments.map(({ id, name, type, bytes, description, voice }) => ({
      ...{ id, name, type, bytes, description, voice },
    })),
    embeds: message.embeds,
    flags: message.flags,
    ephemeral: (message.flags & EPHEMERAL) !== 0 || message.visibleTo !== null,
    isVoice: (message.flags & VOICE) !== 0,
    loading: (message.flags & LOADING) !== 0,
    replyTo: message.reference?.type === 0 ? message.reference.messageId : null,
    threadId: message.threadId,
    edits: message.edits,
    history: [...message.history],
    pings: message.pings,
    nonce: message.nonce,
    type: message.type,
    createdAt: message.createdAt,
    editedAt: message.editedAt,
  }
}

interface Component {
  readonly type: number
  readonly components?: readonly Component[]
  readonly label?: string
  readonly emoji?: { readonly name?: string }
  readonly custom_id?: string
  readonly disabled?: boolean
  readonly style?: number
}

function buttonsOf(components: readonly unknown[]): SeenButton[] {
  return (components as readonly Component[]).flatMap((one) =>
    one.type === 2
      ? [
          {
            label: one.label ?? one.emoji?.name ?? '',
            customId: one.custom_id ?? '',
            disabled: one.disabled === true,
            style: one.style ?? 0,
          },
        ]
      : buttonsOf(one.components ?? []),
  )
}
