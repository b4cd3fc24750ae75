import { type Client, PermissionFlagsBits } from 'discord.js'
import { type APIChannel, ChannelType, Routes } from 'discord-api-types/v10'
import { createRecent } from '../../src/recent.ts'
import { type ChannelFacts, factsOf, kindOf } from './channel-facts.ts'
import type { PacedGet } from './paced-get.ts'

const { ViewChannel, ReadMessageHistory, SendMessages, SendMessagesInThreads, CreatePublicThreads } =
  PermissionFlagsBits

const rights = { attach: PermissionFlagsBits.AttachFiles, speak: PermissionFlagsBits.SendVoiceMessages }

/** What is known of channels, threads, roles and people: the gateway's caches first, else one GET. */
export interface Directory {
  /** Never rejects but with the signal's reason: what can't be learned is `unknown`. */
  channel(id: string, guild: string | null, signal: AbortSignal): Promise<ChannelFacts>
  /** What is known of a channel already. */
  known(channel: string): ChannelFacts | null
  /** Whether the bot itself is in this guild. */
  isMember(guild: string): boolean
  /** What is known of a channel from elsewhere. */
  note(facts: ChannelFacts): void
  /** The guild of a channel that is known already. */
  guildOf(channel: string): string | null
  /** null = not known here; nothing is fetched for a name. */
  readonly nameOf: {
    user(id: string, guild: string | null): string | null
    role(id: string, guild: string | null): string | null
    /** Only channels of this guild; one that not everybody there may see is not named. */
    channel(id: string, guild: string | null): string | null
  }
  /** The role that Discord made for the bot in this guild; people take it for the bot itself. */
  ownRole(guild: string | null): string | null
  /** Whether the bot may read what was said here; true where nothing is known of it. */
  mayRead(channel: string, guild: string): boolean
  /** Whether the bot may write here or in a thread that it opens here; true where nothing is known of it. */
  maySpeak(where: ChannelFacts): boolean
  /**
   * Whether the bot may send files, or voice messages, here; true where nothing is known of it. `parent`: of a thread
   * that is not known yet.
   */
  may(what: keyof typeof rights, where: Whereabouts): boolean
}

interface Whereabouts {
  readonly channel: string
  readonly parent: string
  readonly guild: string
}

export interface DirectoryParts {
  /** The client as it is now; a new one takes its place after a silent connection. */
  readonly client: () => Client | null
  readonly get: PacedGet
  /** A thread in which people talk with the bot, as it was kept. */
  readonly recall: (thread: string) => Promise<Pick<ChannelFacts, 'guild' | 'parent'> | null>
}

/** Threads that were fetched because no cache held them: the latest this many. */
const remembered = 1_000

export function createDirectory(parts: DirectoryParts): Directory {
  const fetched = createRecent<ChannelFacts>(remembered)

  function cached(id: string): ChannelFacts | null {
    const channel = parts.client()?.channels.cache.get(id)
    if (!channel) return fetched.get(id) ?? null
    const thread = channel.isThread()
    return {
      id,
      guild: 'guildId' in channel ? channel.guildId : null,
      kind: kindOf(channel.type),
      // A gateway need not tell a thread's parent.
      parent: thread ? (channel.parentId ?? fetched.get(id)?.parent ?? null) : null,
      name: 'name' in channel ? channel.name : null,
      owner: thread ? channel.ownerId : null,
    }
  }

  async function fetch(id: string, guild: string | null, signal: AbortSignal): Promise<ChannelFacts> {
    const kept = await parts.recall(id)
    if (kept) {
      const thread = { id, kind: 'thread', name: null, owner: null, ...kept } as const
      fetched.set(id, thread)
      return thread
    }
    const got = await parts.get<APIChannel>({ route: Routes.channel(id) }, signal)
    if (got.kind === 'failed') {
      const unknown = { id, guild, kind: 'unknown', parent: null, name: null, owner: null } as const
      return got.passing ? unknown : { ...unknown, hidden: true }
    }
    const facts = factsOf(got.body, guild)
    fetched.set(id, facts)
    return facts
  }

  function permissionsIn(channel: string, guild: string, whose: 'ours' | 'everyone') {
    const cache = parts.client()?.guilds.cache.get(guild)
    const who = whose === 'ours' ? cache?.members.me : cache?.roles.everyone
    const where = cache?.channels.cache.get(channel)
    return who && where ? where.permissionsFor(who) : null
  }

  function maySpeak({ id, guild, kind }: ChannelFacts): boolean {
    const ours = guild === null ? null : permissionsIn(id, guild, 'ours')
    if (ours === null) return true
    if (kind === 'thread') return ours.has([ViewChannel, SendMessagesInThreads])
    return (
      ours.has(ViewChannel) &&
      (ours.has(SendMessages) || ours.has([CreatePublicThreads, SendMessagesInThreads]))
    )
  }

  function channelName(id: string, guild: string | null): string | null {
    const channel =
      guild === null ? undefined : parts.client()?.guilds.cache.get(guild)?.channels.cache.get(id)
    if (!channel || guild === null) return null
    const isOpen = permissionsIn(id, guild, 'everyone')?.has(ViewChannel) ?? false
    return isOpen && channel.type !== ChannelType.PrivateThread ? channel.name : 'private-channel'
  }

  return {
    mayRead: (channel, guild) =>
      permissionsIn(channel, guild, 'ours')?.has([ViewChannel, ReadMessageHistory]) ?? true,
    maySpeak,
    may: (what, { channel, parent, guild }) =>
      (permissionsIn(channel, guild, 'ours') ?? permissionsIn(parent, guild, 'ours'))?.has(rights[what]) ??
      true,
    known: cached,
    isMember: (guild) => parts.client()?.guilds.cache.has(guild) ?? false,
    note: (facts) => fetched.set(facts.id, facts),
    guildOf: (channel) => {
      const facts = cached(channel)
      return facts?.kind === 'thread' || parts.client()?.channels.cache.has(channel)
        ? (facts?.guild ?? null)
        : null
    },
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
      channel: channelName,
    },
    ownRole: (guild) => {
      const client = parts.client()
      if (guild === null || !client?.user) return null
      const roles = client.guilds.cache.get(guild)?.roles.cache
      return roles?.find((role) => role.tags?.botId === client.user?.id)?.id ?? null
    },
  }
}
