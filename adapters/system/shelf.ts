import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../src/ports/clock.ts'
import type { Kept, Shelf } from '../../src/ports/shelf.ts'
import { createTurnstile } from '../../src/turnstile.ts'
import { writeDurably } from './durable-file.ts'
import { holds } from './same-content.ts'
import {
  isOurs,
  type Label,
  labelName,
  nameOf,
  readLabel,
  touch,
  type Used,
  writeLabel,
} from './shelf-label.ts'

export interface ShelfOptions {
  readonly dir: string
  readonly clock: Clock
  /**
   * Bytes of all that is kept; what was not used for longest goes first. What is off the shelf and may still be read takes
   * no more than as much again: beyond that it goes too, whoever reads it.
   */
  readonly most?: number
}

interface Item extends Used {
  /** Until when somebody may be reading it, in milliseconds since the epoch. */
  lentUntil: number
}

/** As the program has it. */
export interface TidyShelf extends Shelf {
  /** Deletes what is over, until the signal aborts; without it that happens only when something is wanted. Never rejects. */
  tidy(signal: AbortSignal): Promise<void>
}

const MOST_BYTES = 512 * 1024 * 1024
const KEEP_MS = 24 * 60 * 60_000
const SWEEP_MS = 10 * 60_000
/**
 * A blob reads its file when it is used, and fails when the file is gone or was changed by then. So a file that was
 * handed out stays on disk for as long as an answer may wait for its place and be sent.
 */
const LENT_MS = 60 * 60_000
/** What was just made is sent at once, or taken from the shelf again. */
const LENT_NEW_MS = 10 * 60_000

/**
 * A file and its label in `dir` for each key. The label comes last and is what counts: a file without one is the rest of
 * a crash. The list is read when it is first needed.
 */
export function createShelf({ dir, clock, most = MOST_BYTES }: ShelfOptions): TidyShelf {
  const items = new Map<string, Item>()
  /** Off the shelf, and maybe being read. */
  const leaving = new Set<Item>()
  const inTurn = createTurnstile()
  const pathOf = (file: string): string => join(dir, file)
  const isOver = ({ at, keepMs = KEEP_MS }: Label): boolean => clock.now() - at > keepMs
  const labelOf = (key: string): string => pathOf(labelName(key))
  let loading: Promise<void> | null = null
  let sweptAt = 0

  /** Tried again the next time when it fails. */
  const loaded = (): Promise<void> => {
    loading ??= load().catch((error: unknown) => {
      loading = null
      throw error
    })
    return loading
  }

  async function load(): Promise<void> {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const names = await readdir(dir)
    const found = await Promise.all(
      names.filter((name) => name.endsWith('.json')).map((name) => readLabel(dir, name)),
    )
    for (const item of found.filter((item) => item !== null).toSorted((a, b) => a.usedAt - b.usedAt))
      items.set(item.key, { ...item, lentUntil: 0 })
    const known = new Set([...items.values()].flatMap(({ key, file }) => [file, labelName(key)]))
    for (const name of names) if (isOurs(name) && !known.has(name)) await rm(pathOf(name), { force: true })
  }

  /** The label goes at once, the file when nobody can be reading it. */
  async function takeOff(item: Item): Promise<void> {
    if (items.get(item.key) === item) {
      items.delete(item.key)
      await rm(labelOf(item.key), { force: true })
    }
    leaving.add(item)
  }

  async function sweep(justPut: Item | null): Promise<void> {
    const now = clock.now()
    sweptAt = now
    for (const item of [...items.values()]) if (isOver(item)) await takeOff(item)
    let bytes = [...items.values()].reduce((sum, { size }) => sum + size, 0)
    for (const item of [...items.values()].toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (bytes <= most) break
      if (item === justPut) continue
      await takeOff(item)
      bytes -= item.size
    }
    bytes += [...leaving].reduce((sum, { size }) => sum + size, 0)
    for (const item of [...leaving].toSorted((a, b) => a.usedAt - b.usedAt)) {
      const isRead = now <= item.lentUntil && now >= item.usedAt
      if (isRead && bytes <= 2 * most) continue
      leaving.delete(item)
      bytes -= item.size
      await rm(pathOf(item.file), { force: true })
    }
  }

  async function lend(item: Item, ms: number): Promise<Kept> {
    const { key, size, about } = item
    item.usedAt = clock.now()
    item.lentUntil = Math.max(item.lentUntil, item.usedAt + ms)
    const body = await openAsBlob(pathOf(item.file), { type: about.type })
    if (body.size !== size) throw new Error('a file on the shelf is not as it was put there')
    return { key, size, about, body }
  }

  /** The label that counts. */
  async function place(item: Item): Promise<Kept> {
    const { usedAt: _, lentUntil: __, ...label } = item
    await writeLabel(dir, label, clock.now())
    const before = items.get(item.key)
    items.set(item.key, item)
    if (before !== undefined && before.file !== item.file) leaving.add(before)
    const kept = await lend(item, LENT_NEW_MS)
    await sweep(item)
    return kept
  }

  return {
    async take(key) {
      await loaded()
      return inTurn('', async () => {
        if (Math.abs(clock.now() - sweptAt) > SWEEP_MS) await sweep(null)
        const item = items.get(key)
        if (item === undefined || isOver(item)) return null
        try {
          const kept = await lend(item, LENT_MS)
          await touch(labelOf(key), item.usedAt)
          return kept
        } catch {
          // Somebody cleaned up, or the disk is bad: it can be made again.
          await takeOff(item)
          return null
        }
      })
    },

    async put(key, content, about, keepMs = KEEP_MS) {
      await loaded()
      const again = await inTurn('', async () => {
        const before = items.get(key)
        if (before === undefined || !(await holds(pathOf(before.file), content))) return null
        return place({ ...before, at: clock.now(), keepMs, about })
      })
      if (again !== null) return again
      const file = `${nameOf(key)}-${randomUUID()}.bin`
      const size = await writeDurably(pathOf(file), content)
      return inTurn('', () => {
        const now = clock.now()
        return place({ key, file, size, at: now, keepMs, about, usedAt: now, lentUntil: 0 })
      })
    },

    async tidy(signal) {
      try {
        for (;;) {
          await clock.sleep(SWEEP_MS, signal)
          // Where the disk is bad, whoever wants something hears of it.
          await loaded()
            .then(() => inTurn('', () => sweep(null)))
            .catch(() => undefined)
        }
      } catch {
        // The program ends.
      }
    },
  }
}
