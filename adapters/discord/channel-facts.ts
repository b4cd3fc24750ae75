import { ChannelType } from 'discord-api-types/v10'

/** What Parley wants to know of a channel or a thread. */
export interface ChannelFacts {
  readonly id: string
  readonly guild: string | null
  readonly kind: ChannelKind
  /** The channel of a thread. */
  readonly parent: string | null
  readonly name: string | null
  /** Who opened the thread. */
  readonly owner: string | null
  /** Discord refuses to show it: asking again would not help. */
  readonly hidden?: true
}

export type ChannelKind = 'text' | 'announcement' | 'thread' | 'voice' | 'forum' | 'dm' | 'group' | 'unknown'

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

interface PartialChannel {
  readonly id: string
  readonly type: ChannelType
  readonly guild_id?: string | undefined
  readonly parent_id?: string | null | undefined
  readonly name?: string | null | undefined
  readonly owner_id?: string | undefined
}

export function kindOf(type: ChannelType): ChannelKind {
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
