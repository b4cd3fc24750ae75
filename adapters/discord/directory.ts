import { type Client, PermissionFlagsBits } from 'discord.js'
import { type APIChannel, ChannelType, Routes } from 'discord-api-types/v10'
import type { PacedGet } from './paced-get.ts'

/** What is known of channels, threads, roles and people: the gateway's caches first, else one GET. */
export interface Directory {
  /** Never rejects but with the signal's reason: what can't be learned is `unknown`. */
  channel(id: string, guild: string | null, signal: AbortSignal): Promise<ChannelFacts>
  /** null = not known here; nothing is fetched for a name. */
  readonly nameOf: {
    user(id: string, guild: string | null): string | null
    role(id: string, guild: string | null): string | null
    channel(id: string): string | null
  }
  /** The role that Discord made for the bot in this guild; people take it for the bot itself. */
  ownRole(guild: string | null): string | null
  /** Whether the bot may read what was said here; true where nothing is known of it. */
  mayRead(channel: string, guild: string): boolean
}

export interface ChannelFacts {
  readonly id: string
  readonly guild: string | null
  readonly kind: ChannelKind
  /** The channel of a thread. */
  readonly parent: string | null
  readonly name: string | null
  /** Who opened the thread. */
  readonly owner: string | null
}

export type ChannelKind = 'text' | 'announcement' | 'thread' | 'voice' | 'forum' | 'dm' | 'group' | 'unknown'

export interface DirectoryParts {
  /** The client as it is now; a new one takes its place after a silent connection. */
  readonly client: () => Client | null
  readonly get: PacedGet
}

/** Threads that were fetched because no cache held them: the latest this many. */
const remembered = 1_000

export function createDirectory(parts: DirectoryParts): Directory {
  const fetched = new Map<string, ChannelFacts>()

  function cached(id: string): ChannelFacts | null {
    const channel = parts.client()?.channels.cache.get(id)
    if (!channel) return fetched.get(id) ?? null
    const thread = channel.isThread()
    return {
      id,
      guild: 'guildId' in channel ? channel.guildId : null,
      kind: kindOf(channel.type),
      parent: thread ? channel.parentId : null,
      name: 'name' in channel ? channel.name : null,
      owner: thread ? channel.ownerId : null,
    }
  }

  async function fetch(id: string, guild: string | null, signal: AbortSignal): Promise<ChannelFacts> {
    const got = await parts.get<APIChannel>({ route: Routes.channel(id) }, signal)
    if (got.kind === 'failed') return { id, guild, kind: 'unknown', parent: null, name: null, owner: null }
    const facts = factsOf(got.body, guild)
    if (fetched.size >= remembered)
      for (const oldest of [...fetched.keys()].slice(0, 1)) fetched.delete(oldest)
    fetched.set(id, facts)
    return facts
  }

  function mayRead(channel: string, guild: string): boolean {
    const cache = parts.client()?.guilds.cache.get(guild)
    const me = cache?.members.me
    const where = cache?.channels.cache.get(channel)
    if (!me || !where) return true
    const { ViewChannel, ReadMessageHistory } = PermissionFlagsBits
    return where.permissionsFor(me)?.has([ViewChannel, ReadMessageHistory]) ?? true
  }

  return {
    mayRead,
    channel: async (id, guild, signal) => cached(id) ?? (await fetch(id, guild, signal)),
    nameOf: {
      user: (id, guild) => {
        const client = parts.client()
        const member = guild === null ? undefined : client?.guilds.cache.get(guild)?.members.cache.get(id)
        return member?.displayName ?? client?.users.cache.get(id)?.displayName ?? null
      },
      role: (id, guild) =>
        (guild === null ? undefined : parts.client()?.guilds.cache.get(guild)?.roles.cache.get(id))?.name ??
        null,
      channel: (id) => cached(id)?.name ?? null,
    },
    ownRole: (guild) => {
      const client = parts.client()
      if (guild === null || !client?.user) return null
      const roles = client.guilds.cache.get(guild)?.roles.cache
      return roles?.find((role) => role.tags?.botId === client.user?.id)?.id ?? null
    },
  }
}

/** What a channel's payload says of it; an interaction's part of one too. */
export function factsOf(channel: PartialChannel, guild: string | null): ChannelFacts {
  const kind = kindOf(channel.type)
  return {
    id: channel.id,
    guild: channel.guild_id ?? guild,
    kind,
    parent: kind === 'thread' ? (channel.parent_id ?? null) : null,
    name: channel.name ?? null,
    owner: kind === 'thread' ? (channel.owner_id ?? null) : null,
  }
}

export interface PartialChannel {
  readonly id: string
  readonly type: ChannelType
  readonly guild_id?: string | undefined
  readonly parent_id?: string | null | undefined
  readonly name?: string | null | undefined
  readonly owner_id?: string | undefined
}

function kindOf(type: ChannelType): ChannelKind {
  switch (type) {
    case ChannelType.GuildText:
      return 'text'
    case ChannelType.GuildAnnouncement:
      return 'announcement'
    case ChannelType.PublicThread:
    case ChannelType.PrivateThread:
    case ChannelType.AnnouncementThread:
      return 'thread'
    case ChannelType.GuildVoice:
    case ChannelType.GuildStageVoice:
      return 'voice'
    case ChannelType.GuildForum:
    case ChannelType.GuildMedia:
      return 'forum'
    case ChannelType.DM:
      return 'dm'
    case ChannelType.GroupDM:
      return 'group'
    default:
      return 'unknown'
  }
}
