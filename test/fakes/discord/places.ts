import { channelAppeared, channelChanged, channelVanished, renamed } from './happenings.ts'
import { everyonePermissions, moderatorPermissions } from './permission-bits.ts'
import { renderGuild } from './rendering-places.ts'
import type { ChannelState, GuildState, Permission } from './states.ts'
import { newChannel, type World } from './world.ts'

export type ChannelKind = 'text' | 'announcement' | 'voice' | 'stage' | 'forum' | 'category'

const TYPES: Readonly<Record<ChannelKind, number>> = {
  text: 0,
  announcement: 5,
  voice: 2,
  stage: 13,
  forum: 15,
  category: 4,
}

export type Permissions = Partial<Record<Permission, boolean>>

export interface FakeChannel {
  readonly id: string
  readonly guildId: string | null
  readonly name: string
  readonly parentId: string | null
  readonly archived: boolean
  /** What the bot may do here from now on. */
  permit(permissions: Permissions): void
  archive(options?: { readonly locked?: boolean }): void
  rename(name: string): void
  delete(): void
}

export interface FakeGuild {
  readonly id: string
  readonly name: string
  channel(options: {
    readonly name: string
    readonly type?: ChannelKind
    readonly topic?: string
    readonly permissions?: Permissions
  }): FakeChannel
  role(options: { readonly name: string }): { readonly id: string; readonly name: string }
  /** The guild's server fails: Discord says GUILD_DELETE with `unavailable`, later GUILD_CREATE. */
  outage(): () => void
}

export function channelHandle(world: World, state: ChannelState): FakeChannel {
  return {
    id: state.id,
    guildId: state.guildId,
    parentId: state.parentId,
    get name() {
      return state.name
    },
    get archived() {
      return state.archived
    },
    permit(permissions) {
      deny(state, permissions)
      channelChanged(world, state)
    },
    archive({ locked = false } = {}) {
      state.archived = true
      state.locked = locked
      channelChanged(world, state)
    },
    rename: (name) => renamed(world, state, world.people.keys().next().value ?? world.bot.id, name),
    delete: () => channelVanished(world, state),
  }
}

function deny(state: ChannelState, permissions: Permissions): void {
  for (const [name, allowed] of Object.entries(permissions) as [Permission, boolean][])
    if (allowed) state.denied.delete(name)
    else state.denied.add(name)
}

/** A server; `installed: false` is one where the bot is no member. */
export function newGuild(
  world: World,
  { name, installed = true }: { readonly name: string; readonly installed?: boolean },
): FakeGuild {
  const id = world.id()
  const role = (roleId: string, roleName: string, permissions: string, position: number) => ({
    id: roleId,
    name: roleName,
    color: 0,
    colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
    hoist: false,
    icon: null,
    unicode_emoji: null,
    position,
    permissions,
    managed: false,
    mentionable: true,
    flags: 0,
  })
  const moderators = world.id()
  const guild: GuildState = {
    id,
    name,
    installed,
    moderators,
    roles: new Map([
      [id, role(id, '@everyone', everyonePermissions, 0)],
      [moderators, role(moderators, 'Moderators', moderatorPermissions, 1)],
    ]),
    channels: new Set(),
    away: false,
  }
  world.guilds.set(id, guild)
  const tell = (t: 'GUILD_CREATE' | 'GUILD_DELETE' | 'GUILD_ROLE_CREATE', d: unknown) => {
    if (installed) world.dispatch({ t, d }, { guildId: id, intent: 1 })
  }
  tell('GUILD_CREATE', renderGuild(world, guild))
  return {
    id,
    name,
    channel({ name: channelName, type = 'text', topic, permissions = {} }) {
      const state = newChannel(world, {
        type: TYPES[type],
        name: channelName,
        guildId: id,
        topic: topic ?? null,
      })
      deny(state, permissions)
      channelAppeared(world, state)
      return channelHandle(world, state)
    },
    role({ name: roleName }) {
      const made = role(world.id(), roleName, '0', guild.roles.size)
      guild.roles.set(made.id, made)
      tell('GUILD_ROLE_CREATE', { guild_id: id, role: made })
      return { id: made.id, name: roleName }
    },
    outage() {
      guild.away = true
      tell('GUILD_DELETE', { id, unavailable: true })
      return () => {
        guild.away = false
        tell('GUILD_CREATE', renderGuild(world, guild))
      }
    },
  }
}
