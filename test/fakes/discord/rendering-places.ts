import type { APIGuildMember, GuildMemberFlags } from 'discord-api-types/v10'
import { deniedBits } from './permission-bits.ts'
import type { ChannelState, GuildState } from './states.ts'
import { isDirect, isThread, userOf, type World } from './world.ts'

export const iso = (at: number): string => new Date(at).toISOString().replace('Z', '000+00:00')

export function renderMember(world: World, guildId: string, userId: string): Omit<APIGuildMember, 'user'> {
  const person = world.people.get(userId)
  const guild = world.guilds.get(guildId)
  const roles = (person?.roles ?? []).filter((role) => guild?.roles.has(role))
  if (person?.moderator && guild) roles.push(guild.moderators)
  return {
    nick: person?.nick ?? null,
    avatar: null,
    banner: null,
    roles,
    joined_at: person?.joinedAt ?? iso(0),
    premium_since: null,
    deaf: false,
    mute: false,
    flags: 0 as GuildMemberFlags,
    pending: false,
    communication_disabled_until: null,
  }
}

export function renderChannel(world: World, channel: ChannelState): Record<string, unknown> {
  const common = { id: channel.id, type: channel.type, last_message_id: channel.lastMessageId, flags: 0 }
  if (isDirect(channel))
    return {
      ...common,
      ...(channel.type === 3 ? { name: channel.name, owner_id: channel.recipients[0], icon: null } : {}),
      recipients: channel.recipients.map((id) => userOf(world, id)),
    }
  const placed = { ...common, guild_id: channel.guildId, name: channel.name, parent_id: channel.parentId }
  if (!isThread(channel))
    return {
      ...placed,
      topic: channel.topic,
      position: 0,
      nsfw: false,
      rate_limit_per_user: 0,
      permission_overwrites: [
        { id: channel.guildId, type: 0, allow: '0', deny: String(deniedBits(channel)) },
      ],
    }
  return {
    ...placed,
    owner_id: channel.ownerId,
    message_count: channel.messages.size,
    member_count: 2,
    total_message_sent: channel.messages.size,
    rate_limit_per_user: 0,
    thread_metadata: {
      archived: channel.archived,
      locked: channel.locked,
      auto_archive_duration: 4320,
      archive_timestamp: iso(channel.createdAt),
      create_timestamp: iso(channel.createdAt),
    },
  }
}

export function renderGuild(world: World, guild: GuildState) {
  const channels = [...guild.channels].map((id) => world.channels.get(id)!)
  return {
    id: guild.id,
    name: guild.name,
    icon: null,
    splash: null,
    discovery_splash: null,
    owner_id: '1',
    afk_channel_id: null,
    afk_timeout: 300,
    verification_level: 0,
    default_message_notifications: 0,
    explicit_content_filter: 0,
    roles: [...guild.roles.values()],
    emojis: [],
    stickers: [],
    features: [],
    mfa_level: 0,
    application_id: null,
    system_channel_id: null,
    system_channel_flags: 0,
    rules_channel_id: null,
    vanity_url_code: null,
    description: null,
    banner: null,
    premium_tier: 0,
    preferred_locale: 'en-US',
    public_updates_channel_id: null,
    nsfw_level: 0,
    premium_progress_bar_enabled: false,
    safety_alerts_channel_id: null,
    joined_at: iso(world.now()),
    large: false,
    unavailable: false,
    member_count: world.people.size + 1,
    voice_states: [],
    members: [{ ...renderMember(world, guild.id, world.bot.id), user: world.bot }],
    channels: channels.filter((one) => !isThread(one)).map((one) => renderChannel(world, one)),
    threads: channels.filter((one) => isThread(one) && !one.archived).map((one) => renderChannel(world, one)),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: [],
  }
}
