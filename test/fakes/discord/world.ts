import type {
  APIUser,
  GatewayDispatchEvents,
  RESTPutAPIApplicationCommandsJSONBody,
} from 'discord-api-types/v10'
import type { FakeLimits } from './limits.ts'
import { createSnowflakes } from './snowflake.ts'
import type {
  AttachmentState,
  ChannelState,
  GuildState,
  InteractionState,
  MessageState,
  Permission,
  PersonState,
} from './states.ts'

export interface Dispatch {
  readonly t: `${GatewayDispatchEvents}`
  readonly d: unknown
}

/** Whom a dispatch concerns: the intent it needs, and the message whose text needs the content intent. */
export interface Audience {
  readonly guildId: string | null
  /** A gateway intent's bit; 0 for what always comes. */
  readonly intent: number
  readonly message?: MessageState
}

/** Everything that exists, and when. */
export function createWorld(now: () => number, limits: FakeLimits) {
  const id = createSnowflakes(now)
  const bot: APIUser = {
    id: id(),
    username: 'parley',
    discriminator: '0',
    global_name: null,
    avatar: null,
    bot: true,
  }
  return {
    now,
    limits,
    id,
    bot,
    /** As with most bots of today, the application's id is the bot's. */
    applicationId: bot.id,
    token: `${Buffer.from(bot.id).toString('base64url')}.fake.${'x'.repeat(27)}`,
    contentAllowed: true,
    people: new Map<string, PersonState>(),
    guilds: new Map<string, GuildState>(),
    channels: new Map<string, ChannelState>(),
    interactions: new Map<string, InteractionState>(),
    tokens: new Map<string, InteractionState>(),
    attachments: new Map<string, AttachmentState>(),
    commands: { current: [] as (RESTPutAPIApplicationCommandsJSONBody[number] & { id: string })[], puts: 0 },
    /** Filled in by the gateway and the server. */
    dispatch: (_dispatch: Dispatch, _audience: Audience): void => {},
    /** Of dispatches that look different to who may not read content. */
    dispatchTwofold: (
      _t: Dispatch['t'],
      _make: (content: boolean) => unknown,
      _audience: Audience,
    ): void => {},
    linkOf: (_attachment: AttachmentState): string => '',
  }
}

export type World = ReturnType<typeof createWorld>

export function newChannel(
  world: World,
  facts: Partial<ChannelState> & { readonly type: number; readonly name: string },
): ChannelState {
  const channel: ChannelState = {
    id: world.id(),
    guildId: null,
    parentId: null,
    ownerId: null,
    recipients: [],
    denied: new Set(),
    messages: new Map(),
    createdAt: world.now(),
    topic: null,
    lastMessageId: null,
    archived: false,
    locked: false,
    ...facts,
  }
  world.channels.set(channel.id, channel)
  if (channel.guildId !== null) world.guilds.get(channel.guildId)?.channels.add(channel.id)
  return channel
}

export function newMessage(
  world: World,
  facts: Partial<MessageState> & { readonly channelId: string; readonly authorId: string },
): MessageState {
  const createdAt = world.now()
  const message: MessageState = {
    id: world.id(),
    webhook: null,
    type: 0,
    createdAt,
    reference: null,
    snapshots: undefined,
    stickers: [],
    nonce: null,
    interaction: null,
    visibleTo: null,
    content: '',
    editedAt: null,
    attachments: [],
    embeds: [],
    components: [],
    flags: 0,
    pings: { everyone: false, users: [], roles: [] },
    mentions: { everyone: false, users: [], roles: [] },
    threadId: null,
    edits: 0,
    history: [{ at: createdAt, content: facts.content ?? '' }],
    reactions: new Map(),
    ...facts,
  }
  const channel = world.channels.get(message.channelId)
  if (channel === undefined) throw new Error(`no channel ${message.channelId}`)
  channel.messages.set(message.id, message)
  if (message.visibleTo === null) channel.lastMessageId = message.id
  for (const attachment of message.attachments) world.attachments.set(attachment.id, attachment)
  return message
}

export const isThread = (channel: ChannelState): boolean => channel.type >= 10 && channel.type <= 12
export const isDirect = (channel: ChannelState): boolean => channel.guildId === null

export function userOf(world: World, id: string): APIUser {
  const user = id === world.bot.id ? world.bot : world.people.get(id)?.user
  if (user === undefined) throw new Error(`nobody has the id ${id}`)
  return user
}

/** A thread is denied what its parent is denied. */
export const isDenied = (world: World, channel: ChannelState, permission: Permission): boolean =>
  channel.denied.has(permission) ||
  (channel.parentId !== null && (world.channels.get(channel.parentId)?.denied.has(permission) ?? false))
