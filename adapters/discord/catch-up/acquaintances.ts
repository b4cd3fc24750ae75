import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Store } from '../../../src/ports/store.ts'
import { idOf, later } from './snowflake.ts'

/** Where people talk with the bot and no list of the gateway's shows it: direct messages, threads (which are archived). */
export interface Acquaintance {
  readonly channel: string
  /** null: a direct message. */
  readonly guild: string | null
  /** The latest message taken in, where all before it was heard too. */
  readonly heard?: string
  /** The channel of a thread, as far as it was told. */
  readonly parent?: string | null
}

export interface Acquaintances {
  /** The latest first; fewer when the store fails. */
  all(): Promise<readonly Acquaintance[]>
  /** The surroundings of a thread whose channel is known. Never rejects. */
  thread(id: string): Promise<{ readonly guild: string; readonly parent: string } | null>
  note(acquaintance: Acquaintance): void
  /** Keeps what was noted, once a second, until the signal aborts; the last time then. Never rejects. */
  keep(signal: AbortSignal): Promise<void>
}

/** The latest this many are asked for what was missed. */
const remembered = 500
const everyMs = 1_000

export function createAcquaintances(parts: {
  readonly store: Store
  readonly key: () => string
  readonly clock: Clock
  readonly log: Logger
}): Acquaintances {
  const { store, key, clock, log } = parts
  let loaded: Promise<Map<string, Acquaintance>> | null = null
  let noted: Acquaintance[] = []
  let unkept = false

  function load(): Promise<Map<string, Acquaintance>> {
    loaded ??= read().catch((error: unknown) => {
      loaded = null
      throw error
    })
    return loaded
  }

  /** The latest last, as a Map keeps them. */
  async function read(): Promise<Map<string, Acquaintance>> {
    const kept = (await store.get<readonly Acquaintance[]>(key())) ?? []
    return new Map(kept.map((one) => [one.channel, one]))
  }

  async function settle(): Promise<Map<string, Acquaintance>> {
    const known = await load()
    for (const one of noted) {
      const merged = merge(known.get(one.channel), one)
      known.delete(one.channel)
      known.set(one.channel, merged)
    }
    unkept ||= noted.length > 0
    noted = []
    for (const oldest of known.keys()) {
      if (known.size <= remembered) break
      known.delete(oldest)
    }
    return known
  }

  async function save(): Promise<void> {
    if (noted.length === 0 && !unkept) return
    try {
      const known = await settle()
      await store.set(key(), [...known.values()])
      unkept = false
    } catch (error) {
      log.warn({ err: error }, 'The channels where people talk with the bot could not be kept; trying again')
    }
  }

  async function all(): Promise<readonly Acquaintance[]> {
    try {
      return [...(await settle()).values()].reverse()
    } catch (error) {
      // What the gateway's lists show is caught up with all the same.
      log.warn({ err: error }, 'The channels where people talk with the bot could not be read')
      return [...noted].reverse()
    }
  }

  async function thread(id: string): Promise<{ readonly guild: string; readonly parent: string } | null> {
    const { guild, parent } = (await all()).find(({ channel }) => channel === id) ?? {}
    return guild && parent ? { guild, parent } : null
  }

  return {
    all,
    thread,
    note: (one) => {
      // The same one again and again while people talk: only the latest is needed.
      const before = noted.find(({ channel }) => channel === one.channel)
      noted = [...noted.filter(({ channel }) => channel !== one.channel), merge(before, one)].slice(
        -remembered,
      )
    },
    keep: async (signal) => {
      while (!signal.aborted) {
        await clock.sleep(everyMs, signal).catch(() => undefined) // stopping: once more, then out
        await save()
      }
    },
  }
}

/** Messages fetched later may be older. */
function merge(before: Acquaintance | undefined, now: Acquaintance): Acquaintance {
  const heard = [before?.heard, now.heard].map(idOf).filter((id) => id !== null)
  const parent = now.parent ?? before?.parent
  return {
    ...now,
    ...(parent && { parent }),
    ...(heard.length > 0 && { heard: heard.reduce(later).toString() }),
  }
}
