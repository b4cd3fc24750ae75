import type { APIMessage, APIMessageSnapshot, APIThreadChannel, APIUser } from 'discord-api-types/v10'
import { iso, renderChannel, renderMember } from './rendering-places.ts'
import type { AttachmentState, ChannelState, MessageState } from './states.ts'
import { isDirect, userOf, type World } from './world.ts'

export function renderAttachment(world: World, attachment: AttachmentState) {
  const url = world.linkOf(attachment)
  return {
    id: attachment.id,
    filename: attachment.name,
    size: attachment.bytes.length,
    url,
    proxy_url: url,
    content_type: attachment.type,
    ...(attachment.description === null ? {} : { description: attachment.description }),
    ...(attachment.size ?? {}),
    ...(attachment.voice === null
      ? {}
      : { duration_secs: attachment.voice.seconds, waveform: attachment.voice.waveform }),
  }
}

/** As REST shows it; without `content` as those see it who lack the message content intent. */
export function renderMessage(
  world: World,
  message: MessageState,
  content = true,
  depth = 0,
): APIMessage & { guild_id?: string } {
  const channel = world.channels.get(message.channelId)
  const readable = content || isReadable(world, message, channel)
  const { reference, webhook } = message
  const quoted =
    reference?.type === 0 && reference.messageId !== null
      ? world.channels.get(reference.channelId)?.messages.get(reference.messageId)
      : undefined
  const thread = message.threadId === null ? undefined : world.channels.get(message.threadId)
  const guildId = channel?.guildId ?? null
  return {
    id: message.id,
    channel_id: message.channelId,
    type: message.type,
    author:
      webhook === null
        ? userOf(world, message.authorId)
        : // Only these are promised (Discord's documents, "Message Object"): `webhook_id` tells such messages, not `bot`.
          ({ id: webhook.id, username: webhook.name, discriminator: '0000', avatar: null } as APIUser),
    ...(webhook === null ? {} : { webhook_id: webhook.id }),
    content: readable ? message.content : '',
    timestamp: iso(message.createdAt),
    edited_timestamp: message.editedAt === null ? null : iso(message.editedAt),
    tts: false,
    mention_everyone: message.mentions.everyone,
    mentions: message.mentions.users.map((id) => userOf(world, id)),
    mention_roles: [...message.mentions.roles],
    attachments: readable ? message.attachments.map((one) => renderAttachment(world, one)) : [],
    embeds: readable ? [...message.embeds] : [],
    components: (readable ? message.components : []) as NonNullable<APIMessage['components']>,
    pinned: false,
    flags: message.flags,
    ...(message.nonce === null || world.now() - message.createdAt > world.limits.nonceMs
      ? {}
      : { nonce: message.nonce }),
    ...(message.stickers.length === 0 ? {} : { sticker_items: [...message.stickers] }),
    ...(message.snapshots === undefined ? {} : { message_snapshots: readable ? message.snapshots : [] }),
    ...(message.reactions.size === 0 ? {} : { reactions: reactionsOf(world, message) }),
    ...(reference === null
      ? {}
      : {
          message_reference: {
            type: reference.type,
            channel_id: reference.channelId,
            ...(reference.messageId === null ? {} : { message_id: reference.messageId }),
            ...(guildId === null ? {} : { guild_id: guildId }),
          },
        }),
    ...(reference?.type === 0 && depth === 0
      ? {
          referenced_message: quoted === undefined ? null : renderMessage(world, quoted, content, depth + 1),
        }
      : {}),
    ...(thread === undefined ? {} : { thread: renderChannel(world, thread) as unknown as APIThreadChannel }),
    ...(message.interaction === null
      ? {}
      : {
          interaction_metadata: {
            id: message.interaction.id,
            type: message.interaction.type,
            user: userOf(world, message.interaction.userId),
            authorizing_integration_owners: {},
          },
        }),
  } as APIMessage
}

/** Direct messages, the bot's own, and what mentions it keep their text without the intent. */
function isReadable(world: World, message: MessageState, channel: ChannelState | undefined): boolean {
  if (channel === undefined || isDirect(channel) || message.authorId === world.bot.id) return true
  return message.mentions.users.includes(world.bot.id)
}

const reactionsOf = (world: World, message: MessageState) =>
  [...message.reactions].map(([emoji, users]) => ({
    count: users.size,
    count_details: { burst: 0, normal: users.size },
    me_burst: false,
    burst_colors: [],
    me: users.has(world.bot.id),
    emoji: { id: null, name: emoji },
  }))

/** A message as the gateway tells it: with the guild and the author's membership. */
export function renderDispatched(world: World, message: MessageState, content: boolean) {
  const channel = world.channels.get(message.channelId)!
  const { guildId } = channel
  const rendered = { ...renderMessage(world, message, content), channel_type: channel.type }
  if (guildId === null) return rendered
  return {
    ...rendered,
    guild_id: guildId,
    ...(message.webhook === null ? { member: renderMember(world, guildId, message.authorId) } : {}),
    mentions: rendered.mentions.map((user) => ({ ...user, member: renderMember(world, guildId, user.id) })),
  }
}

/** As a forward carries it: without its author. */
export function renderSnapshot(world: World, message: MessageState): APIMessageSnapshot {
  return {
    message: {
      type: message.type,
      content: message.content,
      embeds: [...message.embeds],
      attachments: message.attachments.map((one) => renderAttachment(world, one)),
      timestamp: iso(message.createdAt),
      edited_timestamp: message.editedAt === null ? null : iso(message.editedAt),
      flags: message.flags,
      mentions: [],
      mention_roles: [],
      ...(message.stickers.length === 0 ? {} : { sticker_items: [...message.stickers] }),
    } as APIMessageSnapshot['message'],
  }
}
