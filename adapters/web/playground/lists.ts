import type { Store } from '../../../src/ports/store.ts'
import type { Stored } from './message.ts'

/**
 * Where messages stand: a list for each channel's top level and for each thread, a slot for each message, and how
 * many slots a list has. These are separate writes, and a crash may lose any of those under way: so the last slot,
 * and those beyond the count, are looked at and mended when a list is first used.
 */
export interface Lists {
  /** Slots of the list, counting from 0, gaps included; null when nobody opened it. */
  length(list: ListKey): Promise<number | null>
  /** Makes the list exist, empty. */
  open(list: ListKey): Promise<void>
  /** The next slot's number; the count is stored when `grown` resolves. Callers take turns for each list. */
  next(list: ListKey): Promise<{ readonly slot: number; grown(): Promise<void> }>
  /** The messages in slots `from`..`to` (excluded), in order. */
  read(list: ListKey, from: number, to: number): Promise<Stored[]>
}

/** What is left of a deleted message: the slot stays taken. */
export interface Gone {
  readonly id: string
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

export function createLists(store: Store): Lists {
  const counts = new Map<string, number>()

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
        await store.set(standingKey(list.channel, slot.id), { thread: list.thread, slot: from + at })
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
      if ((await length(list)) === null) {
        await store.set(countKey(list), 0)
        remember(countKey(list), 0)
      }
    },
    next: async (list) => {
      const slot = (await length(list)) ?? 0
      return {
        slot,
        grown: async () => {
          await store.set(countKey(list), slot + 1)
          remember(countKey(list), slot + 1)
        },
      }
    },
    read: async (list, from, to) =>
      (await slots(list, from, to)).filter((slot): slot is Stored => slot !== undefined && !isGone(slot)),
  }
}
