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
import type { ChannelFacts } from '../channel-facts.ts'
import type { Fate } from '../hearing/taking.ts'
import { createAbsences } from './absences.ts'
import type { Acquaintances } from './acquaintances.ts'
import type { Cursor } from './cursor.ts'
import type { Rounds } from './rounds.ts'
import { earlier, idAt, idOf, later } from './snowflake.ts'
import type { Unreadable } from './unreadable.ts'

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
  /** People talk with the bot here; this message was taken in. */
  note(facts: ChannelFacts, message: string): void
}

/** Milliseconds. Ids of different channels come out of order by no more than this. */
const margin = 5_000
/** Nobody waits for an answer that long. */
const oldest = 24 * 3_600_000
/** The very first start counts from a little before, in case the clocks differ. */
const beginning = 60_000

export function createCatchUp(parts: {
  readonly cursor: Cursor
  readonly rounds: Rounds
  readonly acquaintances: Acquaintances
  /** Whether the bot may read here, as far as is known; refused calls count towards a ban. */
  readonly mayRead: (channel: string, guild: string) => boolean
  readonly unreadable: Unreadable
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}): CatchUp {
  const { cursor, rounds, clock, log, signal } = parts
  const absences = createAbsences(cursor, trouble)
  const begun = new Set<number>()

  /** Whatever goes wrong leaves the cursor where it is: the next session catches up. */
  function trouble(error: unknown): void {
    if (!signal.aborted) log.error({ err: error }, 'What was missed could not be found out')
  }

  function ready(data: GatewayReadyDispatchData, shard: number): void {
    const from = begun.has(shard) ? Promise.resolve(cursor.floor(shard)) : former(data, shard)
    begun.add(shard)
    const ids = data.guilds.map(({ id }) => id)
    for (const id of ids) {
      // It was away before already: what is missing since then is more.
      if (absences.shardOf(id) !== shard) absences.begin(id, shard, from)
    }
    from
      .then(async (since) => {
        cursor.guilds(shard, data.shard?.[1] ?? 1, ids)
        if (since === null || shard !== 0) return
        const release = cursor.hold(shard, since + 1n)
        await direct(since, shard)
        release()
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
      if (guild === null) missing(channel, null, since, since, cursor.hold(shard, since + 1n))
  }

  async function arrived(data: GatewayGuildCreateDispatchData): Promise<void> {
    if (data.unavailable) return
    // None: joined just now, and nobody could ask it anything before.
    const left = await absences.end(data.id)
    if (left === null) return
    const { since, release } = left
    try {
      await fillIn(data, since)
    } finally {
      release()
    }
  }

  async function fillIn(data: GatewayGuildCreateDispatchData, since: bigint): Promise<void> {
    // Not all gateways tell both.
    const listed = [...(data.channels ?? []), ...(data.threads ?? [])]
    const news = listed.filter((channel) => isNewer(channel, since)).map(({ id }) => id)
    const threads = (await parts.acquaintances.all()).filter(({ guild }) => guild === data.id)
    const heard = new Map(threads.map((thread) => [thread.channel, idOf(thread.heard)]))
    const shown = new Set(listed.map(({ id }) => id))
    const archived = threads.map(({ channel }) => channel).filter((channel) => !shown.has(channel))
    for (const channel of [...news, ...archived])
      if (shown.has(channel) && !parts.mayRead(channel, data.id)) parts.unreadable(channel)
      else missing(channel, data.id, since, heard.get(channel) ?? since, cursor.leave(data.id, since))
  }

  /** `heard`: up to here; a shard's cursor may stand before that for the sake of another channel. */
  function missing(
    channel: string,
    guild: string | null,
    since: bigint,
    heard: bigint,
    filled: () => void,
  ): void {
    const after = later(earlier(since, margin), idAt(clock.now() - oldest))
    rounds.add({ channel, guild, after, known: later(since, heard) }, filled)
  }

  return {
    see: (packet, shard) => {
      switch (packet.t) {
        case GatewayDispatchEvents.Ready:
          ready(packet.d, shard)
          return
        case GatewayDispatchEvents.GuildCreate:
          arrived(packet.d).catch(trouble)
          return
        case GatewayDispatchEvents.GuildDelete: {
          const { id, unavailable } = packet.d
          if (!unavailable) absences.forget(id)
          else if (absences.shardOf(id) === null)
            absences.begin(id, shard, Promise.resolve(cursor.floor(shard)))
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
    note: ({ id, guild, kind, parent }, message) => {
      if (kind !== 'dm' && kind !== 'thread') return
      // Where something earlier is missing still, this one says nothing of what was said before it.
      const heard = rounds.isMissing(id) ? {} : { heard: message }
      parts.acquaintances.note({ channel: id, guild, parent, ...heard })
    },
  }
}

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
  if (posts.includes(channel.type)) return false
  // null: nothing was ever said there. A gateway that doesn't tell has to be asked.
  if (channel.last_message_id === undefined) return true
  const last = idOf(channel.last_message_id)
  return last !== null && last > earlier(since, margin)
}
