import type { APIAttachment, APIBaseMessage, APIUser, ChannelType } from 'discord-api-types/v10'
import { MessageFlags, MessageReferenceType, MessageType } from 'discord-api-types/v10'
import { cleanText } from '../../../src/clean-text.ts'
import type { FileRef, MessageRef, Person } from '../../../src/ports/event.ts'

/** A message as the gateway tells it, or as REST gives it out afterwards (without `member`). */
export interface Incoming extends APIBaseMessage {
  readonly mentions: readonly MentionedUser[]
  readonly guild_id?: string
  /** Of the channel; not always told. */
  readonly channel_type?: ChannelType
  readonly member?: IncomingMember
}

export interface MentionedUser extends APIUser {
  readonly member?: { readonly nick?: string | null }
}

export interface IncomingMember {
  readonly nick?: string | null
  readonly roles?: readonly string[]
}

/** Names are data: long ones are cut. */
const nameLimit = 80

export const refOf = (message: { readonly channel_id: string; readonly id: string }): MessageRef => ({
  channel: message.channel_id,
  id: message.id,
})

/** Words of a person: no bot's, no webhook's, nothing that Discord itself says. */
export const isTalk = (message: Incoming): boolean =>
  message.author !== undefined && // partial, from a change that nobody typed
  !message.author.bot &&
  !message.author.system &&
  message.webhook_id === undefined && // their authors are no users, and need not say that they are bots
  (message.type === MessageType.Default || message.type === MessageType.Reply)

/** Nothing can be said about it: so it arrives without the Message Content intent. */
export const isEmpty = (message: Incoming): boolean =>
  message.content === '' &&
  message.attachments.length === 0 &&
  !message.sticker_items?.length &&
  !message.message_snapshots?.length &&
  message.poll === undefined

/** The message that it replies to; a forward refers to one too, and is no reply. */
export function repliesTo(message: Incoming): MessageRef | null {
  const reference = message.message_reference
  if (message.type !== MessageType.Reply || reference?.message_id === undefined) return null
  if (reference.type === MessageReferenceType.Forward) return null
  return { channel: reference.channel_id ?? message.channel_id, id: reference.message_id }
}

export const nameOf = (user: APIUser, nick?: string | null): string =>
  cleanText((nick ?? user.global_name ?? user.username).slice(0, nameLimit))

export const personOf = (user: APIUser, member: IncomingMember | undefined): Person => ({
  id: user.id,
  name: nameOf(user, member?.nick),
  // A user has one id in all of Discord: one budget for every guild and for direct messages.
  account: user.id,
  bot: user.bot === true,
  foreign: false,
  // A message does not say what its author may do in the channel; buttons do.
  moderator: false,
  roles: member?.roles ?? [],
})

/** What a message and a forwarded one say of their files. */
type Bearer = Partial<Pick<APIBaseMessage, 'attachments' | 'flags'>>

/** The files of a message, or of the message forwarded in it. */
export const filesOf = (at: MessageRef, { attachments = [], flags }: Bearer): FileRef[] =>
  attachments.map((attachment) => {
    const file = fileOf(at, attachment)
    return ((flags ?? 0) & MessageFlags.IsVoiceMessage) === 0
      ? file
      : { ...file, voice: { seconds: attachment.duration_secs ?? null } }
  })

/** `id` is `channel/message/attachment`: links expire, so the file is looked up again when it is fetched. */
export const fileOf = (at: MessageRef, attachment: APIAttachment): FileRef => ({
  id: `${at.channel}/${at.id}/${attachment.id}`,
  name: cleanText(attachment.filename),
  type: attachment.content_type === undefined ? null : cleanText(attachment.content_type),
  size: attachment.size ?? null,
  url: attachment.url === undefined ? null : cleanText(attachment.url),
})
