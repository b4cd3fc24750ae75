import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import type { Kept, Shelf } from '../../src/ports/shelf.ts'
import { createTurnstile } from '../../src/turnstile.ts'
import { writeDurably } from './durable-file.ts'
import { hasSize, holds } from './same-content.ts'
import { type Label, labelName, nameOf, touch, type Used, writeLabel } from './shelf-label.ts'
import { readShelf } from './shelf-reading.ts'

export interface ShelfOptions {
  readonly dir: string
  readonly clock: Clock
  readonly log: Logger
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

/** The file was deleted, or is another by now. */
const gone = new Error('a file on the shelf is not as it was put there')

/**
 * A file and its label in `dir` for each key. The label comes last and is what counts: a file without one is the rest of
 * a crash. The list is read when it is first needed.
 */
export function createShelf({ dir, clock, log, most = MOST_BYTES }: ShelfOptions): TidyShelf {
  const items = new Map<string, Item>()
  /** Off the shelf, and maybe being read. */
  const leaving = new Set<Item>()
  const inTurn = createTurnstile()
  const pathOf = (file: string): string => join(dir, file)
  const isOver = ({ at, keepMs = KEEP_MS }: Label): boolean => clock.now() - at > keepMs
  const labelOf = (key: string): string => pathOf(labelName(key))
  const toldPassing = (error: unknown): void =>
    log.warn({ err: error }, 'what is on the shelf can’t be had just now')
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
    for (const item of await readShelf(dir, log)) items.set(item.key, { ...item, lentUntil: 0 })
  }

  /** The label goes at once, the file when nobody can be reading it. False: it can't be taken off now, and stays. */
  async function takeOff(item: Item): Promise<boolean> {
    if (items.get(item.key) === item) {
      if (!(await removed(labelOf(item.key)))) return false
      items.delete(item.key)
    }
    leaving.add(item)
    return true
  }

  /** Whoever puts or takes something else is not to fail for it. */
  async function removed(path: string): Promise<boolean> {
    try {
      await rm(path, { force: true })
      return true
    } catch (error) {
      log.warn({ err: error }, 'what is off the shelf could not be deleted: it is tried again later')
      return false
    }
  }

  async function sweep(justPut: Item | null): Promise<void> {
    const now = clock.now()
    sweptAt = now
    for (const item of [...items.values()]) if (isOver(item)) await takeOff(item)
    let bytes = [...items.values()].reduce((sum, { size }) => sum + size, 0)
    for (const item of [...items.values()].toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (bytes <= most) break
      if (item !== justPut && (await takeOff(item))) bytes -= item.size
    }
    bytes += [...leaving].reduce((sum, { size }) => sum + size, 0)
    for (const item of [...leaving].toSorted((a, b) => a.usedAt - b.usedAt)) {
      const isRead = now <= item.lentUntil && now >= item.usedAt
      if (isRead && bytes <= 2 * most) continue
      if (!(await removed(pathOf(item.file)))) continue
      leaving.delete(item)
      bytes -= item.size
    }
  }

  async function lend(item: Item, ms: number): Promise<Kept> {
    const { key, size, about } = item
    item.usedAt = clock.now()
    item.lentUntil = Math.max(item.lentUntil, item.usedAt + ms)
    if (!(await hasSize(pathOf(item.file), size))) throw gone
    return { key, size, about, body: await openAsBlob(pathOf(item.file), { type: about.type }) }
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
          // Only tells the next start what was used last.
          await touch(labelOf(key), item.usedAt).catch(toldPassing)
          return kept
        } catch (error) {
          // Somebody cleaned up: it can be made again. What can't be had for the moment only stays.
          if (error === gone) await takeOff(item)
          else toldPassing(error)
          return null
        }
      })
    },

    async put(key, content, about, keepMs = KEEP_MS) {
      await loaded()
      const before = items.get(key)
      // It may be large: nobody waits for that.
      if (before !== undefined && (await holds(pathOf(before.file), content))) {
        const again = await inTurn('', async () => {
          const now = items.get(key)
          return now?.file === before.file ? place({ ...now, at: clock.now(), keepMs, about }) : null
        })
        if (again !== null) return again
      }
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
          await loaded()
            .then(() => inTurn('', () => sweep(null)))
            .catch((error: unknown) => log.warn({ err: error }, 'the shelf could not be tidied'))
        }
      } catch {
        // The program ends.
      }
    },
  }
}
