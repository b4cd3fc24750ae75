import { type APIInteraction, InteractionContextType, PermissionFlagsBits } from 'discord-api-types/v10'
import type { Person } from '../../../src/ports/event.ts'
import { type ChannelFacts, factsOf } from '../directory.ts'
import { personOf } from '../hearing/incoming.ts'
import { type Via, writeVia } from '../via.ts'

/** An interaction's surroundings, from its payload alone: there is no time to ask for more. */
export interface Scene {
  readonly id: string
  readonly application: string
  /** The right to answer; never logged. */
  readonly token: string
  readonly guild: string | null
  readonly channel: ChannelFacts
  /** The bot itself can write here; otherwise only the interaction's token can. */
  readonly reachable: boolean
  readonly by: Person
  /** Milliseconds since the epoch. */
  readonly at: number
  /** `Clock.elapsed` when it came. */
  readonly heardAt: number
}

export function sceneOf(interaction: APIInteraction, at: number, heardAt: number): Scene {
  const { id, application_id: application, token } = interaction
  const guild = interaction.guild_id ?? null
  const channel = channelOf(interaction, guild)
  const reachable = isReachable(interaction, channel)
  return { id, application, token, guild, channel, reachable, by: callerOf(interaction), at, heardAt }
}

export const viaOf = (scene: Scene, kind: Via['kind'], isPrivate: boolean): string =>
  writeVia({
    interaction: scene.id,
    application: scene.application,
    token: scene.token,
    kind,
    private: isPrivate,
    reachable: scene.reachable,
    at: scene.at,
  })

function channelOf({ channel, context }: APIInteraction, guild: string | null): ChannelFacts {
  if (!channel) throw new Error('An interaction without a channel')
  const facts = factsOf(channel, guild)
  // A DM of two other people, into which one of them brought the bot, is not between one person and the bot.
  const among = facts.kind === 'dm' && context === InteractionContextType.PrivateChannel
  return among ? { ...facts, kind: 'group' } : facts
}

function isReachable(interaction: APIInteraction, channel: ChannelFacts): boolean {
  if (channel.kind === 'dm') return true
  const guild = interaction.guild_id
  // "0": the key of an installation in a guild ("1" is one for a person).
  if (guild === undefined || interaction.authorizing_integration_owners?.['0'] !== guild) return false
  const { ViewChannel, SendMessages, SendMessagesInThreads } = PermissionFlagsBits
  const send = channel.kind === 'thread' ? SendMessagesInThreads : SendMessages
  return may(interaction.app_permissions, ViewChannel) && may(interaction.app_permissions, send)
}

function callerOf({ member, user }: APIInteraction): Person {
  const who = member?.user ?? user
  if (!who) throw new Error('An interaction of nobody')
  const moderator = member !== undefined && may(member.permissions, PermissionFlagsBits.ManageMessages)
  return { ...personOf(who, member), moderator }
}

/** `permissions`: a decimal number, computed for the channel by Discord, overwrites included. */
function may(permissions: string | undefined, what: bigint): boolean {
  if (permissions === undefined || !/^\d{1,40}$/.test(permissions)) return false
  const all = BigInt(permissions)
  return (all & what) === what || (all & PermissionFlagsBits.Administrator) !== 0n
}
