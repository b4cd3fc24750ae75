import { type APIInteraction, InteractionContextType, PermissionFlagsBits } from 'discord-api-types/v10'
import type { Person } from '../../../src/ports/event.ts'
import { type ChannelFacts, factsOf } from '../channel-facts.ts'
import type { Directory } from '../directory.ts'
import { personOf } from '../hearing/incoming.ts'
import { limits } from '../limits.ts'
import { type Via, writeVia } from '../via.ts'
import { Malformed } from './malformed.ts'

/** An interaction's surroundings, from its payload and from what is known already: there is no time to ask for more. */
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
  /** Bytes of a file in the answer, where it is more than usual. */
  readonly fileBytes?: number
}

/** "Uploading Files": bytes of a request; and as much as is worth holding in memory. */
const MOST_IN_REQUEST = 25 * 1024 * 1024

/** What the gateway's caches say. Discord's documents call much of an interaction optional. */
export type Known = Pick<Directory, 'known' | 'isMember'>

export function sceneOf(interaction: APIInteraction, known: Known, at: number, heardAt: number): Scene {
  const { id, application_id: application, token } = interaction
  const channel = channelOf(interaction, known)
  const { guild } = channel
  const reachable = isReachable(interaction, channel, known)
  const by = callerOf(interaction)
  return { id, application, token, guild, channel, reachable, by, at, heardAt, ...fileBytesOf(interaction) }
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
    ...(scene.fileBytes !== undefined && { fileBytes: scene.fileBytes }),
  })

function channelOf(interaction: APIInteraction, known: Known): ChannelFacts {
  const { channel, context, guild_id: guild } = interaction
  const id = channel?.id ?? interaction.channel_id
  if (id === undefined) throw new Malformed('An interaction without a channel')
  const cached = known.known(id)
  const within = guild ?? cached?.guild ?? null
  const facts = channel ? factsOf(channel, within) : (cached ?? unseen(id, within))
  // A DM of two other people, into which one of them brought the bot, is not between one person and the bot.
  const among = facts.kind === 'dm' && context === InteractionContextType.PrivateChannel
  return among ? { ...facts, kind: 'group' } : facts
}

const unseen = (id: string, guild: string | null): ChannelFacts => ({
  id,
  guild,
  kind: guild === null ? 'dm' : 'unknown',
  parent: null,
  name: null,
  owner: null,
})

const fileBytesOf = ({ attachment_size_limit: bytes }: APIInteraction): Pick<Scene, 'fileBytes'> =>
  typeof bytes === 'number' && bytes > limits.fileBytes ? { fileBytes: Math.min(bytes, MOST_IN_REQUEST) } : {}

function isReachable(interaction: APIInteraction, channel: ChannelFacts, known: Known): boolean {
  const { context, app_permissions: permissions, authorizing_integration_owners: owners } = interaction
  const { id, guild, kind } = channel
  if (kind === 'dm')
    return (
      interaction.channel !== undefined ||
      context === InteractionContextType.BotDM ||
      known.known(id) !== null
    )
  if (guild === null) return false
  // "0": the key of an installation in a guild ("1" is one for a person).
  if (owners ? owners['0'] !== guild : !known.isMember(guild)) return false
  if (permissions === undefined) return known.isMember(guild)
  const { ViewChannel, SendMessages, SendMessagesInThreads } = PermissionFlagsBits
  return (
    may(permissions, ViewChannel) &&
    may(permissions, kind === 'thread' ? SendMessagesInThreads : SendMessages)
  )
}

function callerOf({ member, user }: APIInteraction): Person {
  const who = member?.user ?? user
  if (!who) throw new Malformed('An interaction of nobody')
  const moderator = member !== undefined && may(member.permissions, PermissionFlagsBits.ManageMessages)
  return { ...personOf(who, member), moderator }
}

/** `permissions`: a decimal number, computed for the channel by Discord, overwrites included. */
function may(permissions: string | undefined, what: bigint): boolean {
  if (permissions === undefined || !/^\d{1,40}$/.test(permissions)) return false
  const all = BigInt(permissions)
  return (all & what) === what || (all & PermissionFlagsBits.Administrator) !== 0n
}
