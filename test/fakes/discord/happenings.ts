import { renderDispatched } from './rendering.ts'
import { renderChannel, renderMember } from './rendering-places.ts'
import type { ChannelState, MessageState } from './states.ts'
import { isDirect, isThread, newMessage, userOf, type World } from './world.ts'

const GUILDS = 1 << 0
const GUILD_MESSAGES = 1 << 9
const GUILD_REACTIONS = 1 << 10
const GUILD_TYPING = 1 << 11
const DIRECT_MESSAGES = 1 << 12
const DIRECT_REACTIONS = 1 << 13
const DIRECT_TYPING = 1 << 14

const channelOf = (world: World, message: MessageState): ChannelState =>
  world.channels.get(message.channelId)!

/** The bot hears of a message only where it can see, and never of ephemeral ones through the gateway. */
function hears(world: World, channel: ChannelState): boolean {
  if (channel.type === 3) return false
  if (channel.guildId === null) return channel.recipients.includes(world.bot.id)
  return world.guilds.get(channel.guildId)?.installed === true && !channel.denied.has('view')
}

function tell(world: World, t: 'MESSAGE_CREATE' | 'MESSAGE_UPDATE', message: MessageState): void {
  const channel = channelOf(world, message)
  if (message.visibleTo !== null || !hears(world, channel)) return
  const intent = isDirect(channel) ? DIRECT_MESSAGES : GUILD_MESSAGES
  const audience = { guildId: channel.guildId, intent, message }
  world.dispatchTwofold(t, (content) => renderDispatched(world, message, content), audience)
}

/** A message that appeared; a thread that slept wakes up. */
export function appeared(world: World, message: MessageState): void {
  const channel = channelOf(world, message)
  if (isThread(channel) && channel.archived) {
    channel.archived = false
    channelChanged(world, channel)
  }
  tell(world, 'MESSAGE_CREATE', message)
}

export const changed = (world: World, message: MessageState): void => tell(world, 'MESSAGE_UPDATE', message)

export function vanished(world: World, message: MessageState): void {
  const channel = channelOf(world, message)
  channel.messages.delete(message.id)
  for (const { id } of message.attachments) world.attachments.delete(id)
  if (message.visibleTo !== null || !hears(world, channel)) return
  const d = {
    id: message.id,
    channel_id: channel.id,
    ...(channel.guildId === null ? {} : { guild_id: channel.guildId }),
  }
  const intent = isDirect(channel) ? DIRECT_MESSAGES : GUILD_MESSAGES
  world.dispatch({ t: 'MESSAGE_DELETE', d }, { guildId: channel.guildId, intent })
}

type ChannelNews =
  | 'CHANNEL_CREATE'
  | 'CHANNEL_UPDATE'
  | 'CHANNEL_DELETE'
  | 'THREAD_CREATE'
  | 'THREAD_UPDATE'
  | 'THREAD_DELETE'

function tellOfChannel(world: World, t: ChannelNews, channel: ChannelState, more: object = {}): void {
  if (!hears(world, channel) || channel.guildId === null) return
  const d = t === 'THREAD_DELETE' ? threadIds(channel) : { ...renderChannel(world, channel), ...more }
  world.dispatch({ t, d }, { guildId: channel.guildId, intent: GUILDS })
}

const threadIds = (channel: ChannelState) => ({
  id: channel.id,
  guild_id: channel.guildId,
  parent_id: channel.parentId,
  type: channel.type,
})

export function channelAppeared(world: World, channel: ChannelState): void {
  if (isThread(channel)) tellOfChannel(world, 'THREAD_CREATE', channel, { newly_created: true })
  else tellOfChannel(world, 'CHANNEL_CREATE', channel)
}

export function channelChanged(world: World, channel: ChannelState): void {
  tellOfChannel(world, isThread(channel) ? 'THREAD_UPDATE' : 'CHANNEL_UPDATE', channel)
}

export function channelVanished(world: World, channel: ChannelState): void {
  world.channels.delete(channel.id)
  if (channel.guildId !== null) world.guilds.get(channel.guildId)?.channels.delete(channel.id)
  tellOfChannel(world, isThread(channel) ? 'THREAD_DELETE' : 'CHANNEL_DELETE', channel)
}

/** In a thread a new name leaves a line of its own, a system message. */
export function renamed(world: World, channel: ChannelState, by: string, name: string): void {
  channel.name = name
  channelChanged(world, channel)
  if (isThread(channel))
    appeared(world, newMessage(world, { channelId: channel.id, authorId: by, type: 4, content: name }))
}

export function typed(world: World, channel: ChannelState, userId: string): void {
  if (!hears(world, channel)) return
  const { guildId } = channel
  const d = {
    channel_id: channel.id,
    user_id: userId,
    timestamp: Math.floor(world.now() / 1000),
    ...(guildId === null ? {} : { guild_id: guildId, member: renderMember(world, guildId, userId) }),
  }
  const intent = guildId === null ? DIRECT_TYPING : GUILD_TYPING
  world.dispatch({ t: 'TYPING_START', d }, { guildId, intent })
}

/** A reaction given or taken away; in direct messages nothing is told of who gave it but the id. */
export function reacted(
  world: World,
  t: 'MESSAGE_REACTION_ADD' | 'MESSAGE_REACTION_REMOVE',
  message: MessageState,
  userId: string,
  emoji: string,
): void {
  const channel = channelOf(world, message)
  if (message.visibleTo !== null || !hears(world, channel)) return
  const { guildId } = channel
  const added = t === 'MESSAGE_REACTION_ADD'
  const member = guildId !== null &&
    added && { ...renderMember(world, guildId, userId), user: userOf(world, userId) }
  const d = {
    user_id: userId,
    channel_id: channel.id,
    message_id: message.id,
    emoji: { id: null, name: emoji },
    burst: false,
    type: 0,
    ...(added ? { message_author_id: message.authorId } : {}),
    ...(guildId === null ? {} : { guild_id: guildId }),
    ...(member ? { member } : {}),
  }
  world.dispatch({ t, d }, { guildId, intent: guildId === null ? DIRECT_REACTIONS : GUILD_REACTIONS })
}
