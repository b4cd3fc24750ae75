import type { IIdentifyThrottler } from '@discordjs/ws'
import { Client, Options } from 'discord.js'
import { intentsFor } from './intents.ts'
import type { Shards } from './shards.ts'

export interface ClientParts {
  /** REST's base without the version; null = Discord's own. */
  readonly apiUrl: string | null
  /** Ask for the content of messages that don't mention the bot. */
  readonly content: boolean
  readonly buildStrategy: Shards['build']
  /** `concurrency`: sessions that Discord lets begin at the same time. */
  readonly throttlerFor: (concurrency: number) => IIdentifyThrottler
}

/** discord.js with what Parley needs of it: the gateway, and caches of guilds, channels, threads and roles. */
export function createClient({ apiUrl, content, buildStrategy, throttlerFor }: ClientParts): Client {
  return new Client({
    intents: intentsFor(content),
    // Direct messages are heard without them, for dispatches are read raw; a partial channel, made by discord.js out of
    // a message, would stand in the cache as a thread without a parent.
    partials: [],
    shards: 'auto',
    allowedMentions: { parse: [], repliedUser: false },
    makeCache: Options.cacheWithLimits(cacheLimits),
    rest: {
      ...(apiUrl !== null && { api: apiUrl }),
      retries: 0,
      timeout: 15_000,
      // Never sleep on a 429 behind our back: we pause and try again ourselves.
      rejectOnRateLimit: () => true,
    },
    ws: {
      buildStrategy,
      // The same one for each Client: Discord counts the seconds between sessions, whoever starts them.
      buildIdentifyThrottler: async (manager) =>
        throttlerFor((await manager.fetchGatewayInformation()).session_start_limit.max_concurrency),
    },
  })
}

/** Only what names and places need. Channels, threads, roles and guilds are kept whole. */
const cacheLimits: Parameters<typeof Options.cacheWithLimits>[0] = {
  ...Options.DefaultMakeCacheSettings,
  MessageManager: 0,
  PresenceManager: 0,
  ReactionManager: 0,
  ReactionUserManager: 0,
  VoiceStateManager: 0,
  GuildBanManager: 0,
  GuildEmojiManager: 0,
  GuildInviteManager: 0,
  GuildScheduledEventManager: 0,
  GuildStickerManager: 0,
  StageInstanceManager: 0,
  ThreadMemberManager: 0,
  AutoModerationRuleManager: 0,
  GuildMemberManager: {
    // In each guild; messages bring their authors' and their mentions' names along.
    maxSize: 20,
    keepOverLimit: (member) => member.id === member.client.user.id,
  },
  UserManager: { maxSize: 5_000, keepOverLimit: (user) => user.id === user.client.user?.id },
}
