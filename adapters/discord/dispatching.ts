import {
  type APIInteraction,
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
} from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { CatchUp } from './catch-up/catch-up.ts'
import type { Rounds } from './catch-up/rounds.ts'
import type { Directory } from './directory.ts'
import type { Hearing } from './hearing/hearing.ts'
import type { Fate } from './hearing/taking.ts'

/** Hands each dispatch to who hears it. */
export interface Dispatching {
  take(packet: GatewayDispatchPayload, shard: number): void
  /** Resolves when the fate of all that was taken so far is known. */
  idle(): Promise<unknown>
}

/** Things heard whose fate is open. */
const mostUnderWay = 10_000

export function createDispatching(parts: {
  readonly hearing: Hearing
  readonly begin: CatchUp['begin']
  readonly before: Rounds['before']
  readonly guildOf: Directory['guildOf']
  readonly onInteraction: (interaction: APIInteraction) => void
  readonly log: Logger
}): Dispatching {
  const { hearing, log } = parts
  const underWay = new Set<Promise<unknown>>()

  function take(packet: GatewayDispatchPayload, shard: number): void {
    switch (packet.t) {
      case GatewayDispatchEvents.MessageCreate: {
        const guild = guildOf(packet.d)
        const settle = parts.begin(shard, packet.d, guild)
        inOrder(packet.d.channel_id, () => hearing.created(packet.d, guild, 'live'), settle)
        return
      }
      case GatewayDispatchEvents.MessageUpdate: {
        const guild = guildOf(packet.d)
        inOrder(packet.d.channel_id, () => hearing.edited(packet.d, guild))
        return
      }
      case GatewayDispatchEvents.MessageDelete:
      case GatewayDispatchEvents.MessageDeleteBulk: {
        const { channel_id: channel } = packet.d
        const guild = guildOf(packet.d)
        const ids = 'ids' in packet.d ? packet.d.ids : [packet.d.id]
        for (const id of ids) inOrder(channel, () => hearing.deleted(id, channel, guild))
        return
      }
      case GatewayDispatchEvents.MessageReactionAdd: {
        const guild = guildOf(packet.d)
        inOrder(packet.d.channel_id, () => hearing.reacted(packet.d, guild))
        return
      }
      case GatewayDispatchEvents.InteractionCreate:
        parts.onInteraction(packet.d)
        return
      default:
    }
  }

  /** Not always told. */
  const guildOf = (told: { channel_id: string; guild_id?: string }): string | null =>
    told.guild_id ?? parts.guildOf(told.channel_id)

  /** After what is still missing in this channel. */
  function inOrder(channel: string, run: () => Promise<Fate>, settle?: (fate: Fate) => void): void {
    if (underWay.size >= mostUnderWay) {
      log.warn({ channel }, 'Too much is said at once to be taken in')
      settle?.('lost')
      return
    }
    const before = parts.before(channel)
    const running = (before === null ? run() : before.then(run))
      .then((fate) => settle?.(fate))
      .catch((error: unknown) => log.error({ err: error, channel }, 'What Discord said could not be heard'))
      .finally(() => underWay.delete(running))
    underWay.add(running)
  }

  return { take, idle: () => Promise.allSettled(underWay) }
}
