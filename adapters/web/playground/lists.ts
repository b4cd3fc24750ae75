import type { Clock } from '../../../src/ports/clock.ts'
import type { Store } from '../../../src/ports/store.ts'
import type { Stored } from './message.ts'

/**
 * Where messages stand: a list for each channel's top level and for each thread, a slot for each message, and how
 * many slots a list has. These are separate writes, and a crash may lose any of those under way: so the last slot,
 * and those beyond the count, are looked at and mended when a list is first used. All of it ends with its time: a
 * slot and where its message stands together, a count after the last slot it counts.
 */
export interface Lists {
  /** Slots of the list, counting from 0, gaps included; null when nobody opened it. */
  length(list: ListKey): Promise<number | null>
  /** Makes the list exist, empty. */
  open(list: ListKey): Promise<void>
  /** The next slot's number; the count is stored when `grown` resolves. Callers take turns for each list. */
  next(list: ListKey): Promise<{ readonly slot: number; grown(): Promise<void> }>
  /** What is in slots `from`..`to` (excluded), in order; undefined where a write was lost or its time is over. */
  read(list: ListKey, from: number, to: number): Promise<(Slot | undefined)[]>
  /** For how long, in milliseconds, what is written of this message now is to be kept. */
  keptFor(slot: Slot): number
}

/** What is left of a deleted message: the slot stays taken. */
export interface Gone {
  readonly id: string
  readonly at: number
  readonly deleted: true
}
export type Slot = Stored | Gone

export const isGone = (slot: Slot): slot is Gone => 'deleted' in slot

export interface ListKey {
  readonly channel: string
  readonly thread: string | null
}

export interface Standing {
  readonly thread: string | null
  readonly slot: number
}

const tuple = (...parts: readonly (string | number)[]): string => JSON.stringify(parts)
const countKey = (list: ListKey): string => `web:list:${tuple(list.channel, list.thread ?? '')}`
export const slotKey = (list: ListKey, slot: number): string =>
  `web:slot:${tuple(list.channel, list.thread ?? '', slot)}`
/** Where the message with this id stands. */
export const standingKey = (channel: string, id: string): string => `web:message:${tuple(channel, id)}`

const probe = 16
const remembered = 2_000
/** A count is written beside its last slot, not at the same moment. */
const countLongerMs = 60_000

export interface Keeping {
  readonly clock: Pick<Clock, 'now'>
  /** How long a message is kept. */
  readonly historyMs: number
}

export function createLists(store: Store, { clock, historyMs }: Keeping): Lists {
  const counts = new Map<string, number>()

  const keptFor = ({ at }: Slot): number =>
    Math.max(1, Math.min(historyMs, Math.round(at + historyMs - clock.now())))

  async function keepCount(list: ListKey, count: number): Promise<void> {
    await store.set(countKey(list), count, historyMs + countLongerMs)
    remember(countKey(list), count)
  }

  async function length(list: ListKey): Promise<number | null> {
    const key = countKey(list)
    const known = counts.get(key)
    if (known !== undefined) return known
    const stored = (await store.get<number>(key)) ?? null
    if (stored === null && list.thread !== null) return null
    const found = await mended(list, stored ?? 0)
    remember(key, found)
    return found
  }

  /** Counts from the last known slot on, and stores again where those messages stand. */
  async function mended(list: ListKey, count: number): Promise<number> {
    for (let from = Math.max(0, count - 1), end = count; ; from += probe) {
      const found = await slots(list, from, from + probe)
      for (const [at, slot] of found.entries()) {
        if (!slot) continue
        const standing: Standing = { thread: list.thread, slot: from + at }
        await store.set(standingKey(list.channel, slot.id), standing, keptFor(slot))
        end = Math.max(end, from + at + 1)
      }
      if (found.at(-1) === undefined) return end
    }
  }

  function slots(list: ListKey, from: number, to: number): Promise<(Slot | undefined)[]> {
    return store.getMany<Slot>(
      Array.from({ length: Math.max(0, to - from) }, (_, at) => slotKey(list, from + at)),
    )
  }

  function remember(key: string, count: number): void {
    counts.delete(key)
    counts.set(key, count)
    const oldest = counts.size > remembered ? counts.keys().next().value : undefined
    if (oldest !== undefined) counts.delete(oldest)
  }

  return {
    length,
    open: async (list) => {
      if ((await length(list)) === null) await keepCount(list, 0)
    },
    next: async (list) => {
      const slot = (await length(list)) ?? 0
      return { slot, grown: () => keepCount(list, slot + 1) }
    },
    read: slots,
    keptFor,
  }
}
