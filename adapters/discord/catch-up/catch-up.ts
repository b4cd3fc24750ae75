import {
  type APIChannel,
  ChannelType,
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
  type GatewayGuildCreateDispatchData,
  type GatewayReadyDispatchData,
  InteractionContextType,
} from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { ChannelFacts } from '../directory.ts'
import type { Fate } from '../hearing/hearing.ts'
import type { Acquaintances } from './acquaintances.ts'
import type { Cursor } from './cursor.ts'
import type { Rounds } from './rounds.ts'
import { earlier, idAt, idOf, later } from './snowflake.ts'

/**
 * Seen is what the inbox has committed. discord.js moves its own sequence on before it hands a packet out, so a session that was
 * not resumed, a guild that was away and a message that could not be taken in leave gaps: they are fetched, once each.
 */
export interface CatchUp {
  /** Told of each dispatch. */
  see(packet: GatewayDispatchPayload, shard: number): void
  /** A message came; the answer is told what became of it. */
  begin(
    shard: number,
    message: { id: string; channel_id: string },
    guild: string | null,
  ): (fate: Fate) => void
  /** People talk with the bot here. */
  note(facts: ChannelFacts): void
}

/** Milliseconds. Ids of different channels come out of order by no more than this. */
const margin = 5_000
/** Nobody waits for an answer that long. */
const oldest = 24 * 3_600_000
/** The very first start counts from a little before, in case the clocks differ. */
const beginning = 60_000

/** A guild whose state is not known yet. */
interface Away {
  readonly shard: number
  /** null: nothing was ever heard, so nothing is missing. */
  readonly from: Promise<bigint | null>
  /** Lets the cursor go on. */
  release(): void
}

export function createCatchUp(parts: {
  readonly cursor: Cursor
  readonly rounds: Rounds
  readonly acquaintances: Acquaintances
  /** Whether the bot may read here, as far as is known; refused calls count towards a ban. */
  readonly mayRead: (channel: string, guild: string) => boolean
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}): CatchUp {
  const { cursor, rounds, clock, log, signal } = parts
  const away = new Map<string, Away>()
  const begun = new Set<number>()

  /** Whatever goes wrong leaves the cursor where it is: the next session catches up. */
  function trouble(error: unknown): void {
    if (!signal.aborted) log.error({ err: error }, 'What was missed could not be found out')
  }

  /** The cursor stays where it is until that is released. */
  function leave(shard: number, from: Promise<bigint | null>): Away {
    const held = from.then((since) => (since === null ? null : cursor.hold(shard, since + 1n)))
    held.catch(trouble)
    return { shard, from, release: () => void held.then((release) => release?.(), ignored) }
  }

  function ready(data: GatewayReadyDispatchData, shard: number): void {
    const from = begun.has(shard) ? Promise.resolve(cursor.floor(shard)) : former(data, shard)
    begun.add(shard)
    const session = leave(shard, from)
    for (const { id } of data.guilds) {
      const waiting = away.get(id)
      // It was away before already: what is missing since then is more.
      if (waiting?.shard === shard) continue
      waiting?.release()
      away.set(id, leave(shard, from))
    }
    from
      .then(async (since) => {
        if (since !== null && shard === 0) await direct(since, shard)
        session.release()
      })
      .catch(trouble)
  }

  async function former(data: GatewayReadyDispatchData, shard: number): Promise<bigint | null> {
    const since = await cursor.stored(shard, data.shard?.[1] ?? 1, signal)
    cursor.reach(shard, since ?? idAt(clock.now() - beginning))
    return since
  }

  /** Direct messages come to the first shard, and no list shows where they are. */
  async function direct(since: bigint, shard: number): Promise<void> {
    for (const { channel, guild } of await parts.acquaintances.all())
      if (guild === null) missing(channel, null, since, shard)
  }

  async function arrived(data: GatewayGuildCreateDispatchData, shard: number): Promise<void> {
    const gone = away.get(data.id)
    // Joined just now: nobody could ask it anything before.
    if (!gone || data.unavailable) return
    away.delete(data.id)
    const since = await gone.from
    if (since !== null) {
      const listed = [...data.channels, ...data.threads]
      const news = listed.filter((channel) => isNewer(channel, since)).map(({ id }) => id)
      const threads = (await parts.acquaintances.all()).filter(({ guild }) => guild === data.id)
      const shown = new Set(listed.map(({ id }) => id))
      const archived = threads.map(({ channel }) => channel).filter((channel) => !shown.has(channel))
      for (const channel of [...news.filter((id) => parts.mayRead(id, data.id)), ...archived])
        missing(channel, data.id, since, shard)
    }
    gone.release()
  }

  function missing(channel: string, guild: string | null, since: bigint, shard: number): void {
    const after = later(earlier(since, margin), idAt(clock.now() - oldest))
    rounds.add({ channel, guild, after, known: since }, cursor.hold(shard, since + 1n))
  }

  return {
    see: (packet, shard) => {
      switch (packet.t) {
        case GatewayDispatchEvents.Ready:
          ready(packet.d, shard)
          return
        case GatewayDispatchEvents.GuildCreate:
          arrived(packet.d, shard).catch(trouble)
          return
        case GatewayDispatchEvents.GuildDelete: {
          const { id, unavailable } = packet.d
          const floor = cursor.floor(shard)
          if (!unavailable) {
            away.get(id)?.release()
            away.delete(id)
          } else if (!away.has(id) && floor !== null) away.set(id, leave(shard, Promise.resolve(floor)))
          return
        }
        case GatewayDispatchEvents.InteractionCreate: {
          // Whoever begins with a command goes on with words.
          const { channel, context } = packet.d
          if (channel?.type === ChannelType.DM && context === InteractionContextType.BotDM)
            parts.acquaintances.note({ channel: channel.id, guild: null })
          return
        }
        default:
      }
    },
    begin: (shard, message, guild) => {
      const id = idOf(message.id)
      if (id === null) return () => undefined
      const release = cursor.hold(shard, id)
      return (fate) => {
        if (fate === 'settled') release()
        // Stopping: the next process finds it missing.
        else if (!signal.aborted)
          rounds.add({ channel: message.channel_id, guild, after: id - 1n, known: id - 1n }, release)
      }
    },
    note: ({ id, guild, kind }) => {
      if (kind === 'dm' || kind === 'thread') parts.acquaintances.note({ channel: id, guild })
    },
  }
}

/** Told of where it happened already. */
const ignored = (): void => undefined

const posts: readonly ChannelType[] = [
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
  ChannelType.GuildCategory,
]

/** A forum's last "message" is a thread, which is in the list itself. */
function isNewer(
  channel: Pick<APIChannel, 'type'> & { last_message_id?: string | null },
  since: bigint,
): boolean {
  const last = idOf(channel.last_message_id)
  return last !== null && last > earlier(since, margin) && !posts.includes(channel.type)
}
