import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Store } from '../../../src/ports/store.ts'
import { idOf, later, sooner } from './snowflake.ts'

/**
 * How far each shard's messages are taken in: all up to there, none left out. Kept in the store, a second behind at most.
 * Idle hours don't harm: it stands at the latest message, and nothing newer waits in any channel.
 */
export interface Cursor {
  /**
   * What the last process had reached; null at the very first start. Waits for the store as long as it must; rejects
   * with the signal's reason.
   */
  stored(shard: number, shards: number, signal: AbortSignal): Promise<bigint | null>
  /** Nothing of this shard is missing up to here. */
  floor(shard: number): bigint | null
  /** Something of this shard is being taken in: the cursor stays before it until it is released. */
  hold(shard: number, id: bigint): () => void
  /** What is missing in one guild since then is kept beside the reach of its shard, which goes on, until it is released. */
  leave(guild: string, since: bigint): () => void
  /** Since when something is missing in this guild, as of now or of the last process; null = nothing is. */
  left(guild: string): bigint | null
  /** The guilds of this shard: what is known of others that would be its own is forgotten. */
  guilds(shard: number, shards: number, ids: readonly string[]): void
  /** Everything up to `id` counts as taken in. */
  reach(shard: number, id: bigint): void
  /** Keeps it, once a second where it moved, until the signal aborts; the last time then. Never rejects. */
  keep(signal: AbortSignal): Promise<void>
}

interface Stored {
  readonly shards: number
  /** By shard; '' = unknown. */
  readonly seen: readonly string[]
  /** By guild, where more is missing than in its shard. */
  readonly left?: Readonly<Record<string, string>>
}

interface Reach {
  highest: bigint | null
  readonly held: Set<{ readonly id: bigint }>
}

const everyMs = 1_000
const retryMs = 2_000

export function createCursor(parts: {
  readonly store: Store
  readonly key: () => string
  readonly clock: Clock
  readonly log: Logger
}): Cursor {
  const reaches = new Map<number, Reach>()
  const gone = new Map<string, Set<{ readonly id: bigint }>>()
  /** Of the last process, until the guild is back. */
  let leftBefore = new Map<string, bigint>()
  let shardCount = 1
  let written = ''
  /** Shards whose former reach is being asked for; nothing is kept meanwhile, it would be overwritten. */
  let asking = 0
  let former: Promise<Stored | null> | null = null
  let before: (bigint | null)[] = []

  function reachOf(shard: number): Reach {
    const known = reaches.get(shard)
    if (known) return known
    const made: Reach = { highest: null, held: new Set() }
    reaches.set(shard, made)
    return made
  }

  function floor(shard: number): bigint | null {
    const { highest, held } = reachOf(shard)
    let low = highest
    for (const { id } of held) low = low === null ? id - 1n : sooner(low, id - 1n)
    return low
  }

  function left(guild: string): bigint | null {
    let low = leftBefore.get(guild) ?? null
    for (const { id } of gone.get(guild) ?? []) low = low === null ? id : sooner(low, id)
    return low
  }

  async function read(signal: AbortSignal): Promise<Stored | null> {
    for (;;) {
      try {
        const kept = await parts.store.get<Stored>(parts.key())
        return kept && Array.isArray(kept.seen) ? kept : null
      } catch (error) {
        parts.log.warn({ err: error }, 'How far Discord was heard could not be read; trying again')
        await parts.clock.sleep(retryMs, signal)
      }
    }
  }

  async function save(): Promise<void> {
    if (asking > 0) return
    const seen = Array.from({ length: shardCount }, (_, shard) => floor(shard) ?? before[shard] ?? null).map(
      (id) => id?.toString() ?? '',
    )
    const missing = Object.fromEntries(
      [...new Set([...leftBefore.keys(), ...gone.keys()])].map((guild) => [guild, String(left(guild))]),
    )
    const text = JSON.stringify([shardCount, seen, missing])
    if (text === written || seen.every((id) => id === '')) return
    try {
      await parts.store.set(parts.key(), { shards: shardCount, seen, left: missing } satisfies Stored)
      written = text
    } catch (error) {
      parts.log.warn({ err: error }, 'How far Discord was heard could not be kept; trying again')
    }
  }

  return {
    stored: async (shard, shards, signal) => {
      shardCount = shards
      asking++
      try {
        former ??= read(signal).then((kept) => {
          leftBefore = new Map(
            Object.entries(kept?.left ?? {}).flatMap(([guild, text]) => {
              const id = idOf(text)
              return id === null ? [] : [[guild, id]]
            }),
          )
          return kept
        })
        before = dealt(await former, shards)
        return before[shard] ?? null
      } finally {
        asking--
      }
    },
    floor,
    hold: (shard, id) => {
      const reach = reachOf(shard)
      const mine = { id }
      reach.held.add(mine)
      return () => {
        if (!reach.held.delete(mine)) return
        reach.highest = reach.highest === null ? id : later(reach.highest, id)
      }
    },
    leave: (guild, since) => {
      const mine = { id: since }
      const all = gone.get(guild) ?? new Set()
      gone.set(guild, all.add(mine))
      // From now on it is one of this process's own.
      leftBefore.delete(guild)
      return () => {
        if (all.delete(mine) && all.size === 0 && gone.get(guild) === all) gone.delete(guild)
      }
    },
    left,
    guilds: (shard, shards, ids) => {
      const mine = new Set(ids)
      for (const guild of leftBefore.keys())
        if (!mine.has(guild) && shardOf(guild, shards) === shard) leftBefore.delete(guild)
    },
    reach: (shard, id) => {
      const reach = reachOf(shard)
      reach.highest = reach.highest === null ? id : later(reach.highest, id)
    },
    keep: async (signal) => {
      while (!signal.aborted) {
        await parts.clock.sleep(everyMs, signal).catch(() => undefined) // stopping: once more, then out
        await save()
      }
    },
  }
}

/** Discord's documents, "Sharding". */
const shardOf = (guild: string, shards: number): number =>
  Number((BigInt(guild) >> 22n) % BigInt(Math.max(1, shards)))

/** By shard. Another number of shards deals the guilds out anew: then the least counts for all. */
function dealt(kept: Stored | null, shards: number): (bigint | null)[] {
  if (!kept) return []
  const ids = kept.seen.map(idOf)
  if (kept.shards === shards) return ids
  const known = ids.filter((id) => id !== null)
  const least = known.length === 0 ? null : known.reduce(sooner)
  return Array.from({ length: shards }, () => least)
}
