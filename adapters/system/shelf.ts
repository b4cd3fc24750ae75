import { createHash, randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { Clock } from '../../src/ports/clock.ts'
import type { About, Kept, Shelf } from '../../src/ports/shelf.ts'
import { createTurnstile } from '../../src/turnstile.ts'
import { syncFolder, writeDurably } from './durable-file.ts'

export interface ShelfOptions {
  readonly dir: string
  readonly clock: Clock
  /** Bytes of all that is kept; what was not used for longest goes first. */
  readonly most?: number
  /** Milliseconds since it was put there. */
  readonly keepMs?: number
}

/** What the label beside a file says. */
interface Label {
  readonly key: string
  /** The file's name in the folder. */
  readonly file: string
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly at: number
  readonly about: About
}

interface Item extends Label {
  usedAt: number
  /** Whether somebody may be reading it: since this start. */
  lent: boolean
}

const MOST_BYTES = 512 * 1024 * 1024
const KEEP_MS = 24 * 60 * 60_000
const SWEEP_MS = 10 * 60_000
/**
 * A blob reads its file when it is used, and fails when the file is gone or was changed by then. So a file that was
 * handed out stays on disk for as long as an answer may wait for its place and be sent.
 */
const LENT_MS = 60 * 60_000

/**
 * A file and its label in `dir` for each key. The label comes last and is what counts: a file without one is the rest of
 * a crash. The list is read when it is first needed.
 */
export function createShelf({ dir, clock, most = MOST_BYTES, keepMs = KEEP_MS }: ShelfOptions): Shelf {
  const items = new Map<string, Item>()
  /** Off the shelf, and maybe being read. */
  const leaving = new Set<Item>()
  const inTurn = createTurnstile()
  const pathOf = (file: string): string => join(dir, file)
  const labelOf = (key: string): string => pathOf(`${nameOf(key)}.json`)
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
    const found = await Promise.all(names.filter((name) => name.endsWith('.json')).map(readLabel))
    for (const item of found.filter((item) => item !== null).toSorted((a, b) => a.usedAt - b.usedAt))
      items.set(item.key, item)
    const known = new Set([...items.values()].flatMap(({ key, file }) => [file, `${nameOf(key)}.json`]))
    for (const name of names) if (isOurs(name) && !known.has(name)) await rm(pathOf(name), { force: true })
  }

  async function readLabel(name: string): Promise<Item | null> {
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(pathOf(name), 'utf8'), stat(pathOf(name))])
      const label: Label = JSON.parse(text)
      const { size } = await stat(pathOf(label.file))
      const fits = name === `${nameOf(label.key)}.json` && isOurs(label.file) && size === label.size
      return fits ? { ...label, usedAt: mtimeMs, lent: false } : null
    } catch {
      // Unreadable or half of it gone: it is swept up with what belongs to nobody, and made again when it is wanted.
      return null
    }
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
    for (const item of [...items.values()]) if (now - item.at > keepMs) await takeOff(item)
    let bytes = [...items.values()].reduce((sum, { size }) => sum + size, 0)
    for (const item of [...items.values()].toSorted((a, b) => a.usedAt - b.usedAt)) {
      if (bytes <= most) break
      if (item === justPut) continue
      await takeOff(item)
      bytes -= item.size
    }
    for (const item of leaving) {
      if (item.lent && now - item.usedAt <= LENT_MS) continue
      await rm(pathOf(item.file), { force: true })
      leaving.delete(item)
    }
  }

  async function lend(item: Item): Promise<Kept> {
    const { key, size, about } = item
    item.usedAt = clock.now()
    item.lent = true
    const body = await openAsBlob(pathOf(item.file), { type: about.type })
    if (body.size !== size) throw new Error('a file on the shelf is not as it was put there')
    return { key, size, about, body }
  }

  return {
    async take(key) {
      await loaded()
      return inTurn('', async () => {
        if (Math.abs(clock.now() - sweptAt) > SWEEP_MS) await sweep(null)
        const item = items.get(key)
        if (item === undefined || clock.now() - item.at > keepMs) return null
        try {
          const kept = await lend(item)
          await touch(labelOf(key), item.usedAt)
          return kept
        } catch {
          // Somebody cleaned up, or the disk is bad: it can be made again.
          await takeOff(item)
          return null
        }
      })
    },

    async put(key, content, about) {
      await loaded()
      const file = `${nameOf(key)}-${randomUUID()}.bin`
      const size = await writeDurably(pathOf(file), content)
      return inTurn('', async () => {
        const now = clock.now()
        const item: Item = { key, file, size, at: now, about, usedAt: now, lent: false }
        const { usedAt: _, lent: __, ...label } = item
        const fresh = `${labelOf(key)}.${randomUUID()}.part`
        await writeDurably(fresh, Buffer.from(JSON.stringify(label satisfies Label)))
        await touch(fresh, now)
        await rename(fresh, labelOf(key))
        await syncFolder(dir)
        const before = items.get(key)
        items.set(key, item)
        if (before !== undefined) leaving.add(before)
        const kept = await lend(item)
        await sweep(item)
        return kept
      })
    },
  }
}

/** When a file was used last is when its label was changed last. */
const touch = (path: string, at: number): Promise<void> => utimes(path, at / 1_000, at / 1_000)

/** Keys hold people's words, or hashes of them: no key is a path. */
const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex')

/** Nothing else that lies there is ever touched. */
const isOurs = (name: string): boolean =>
  /^[0-9a-f]{64}(-[0-9a-f-]{36}\.bin|\.json(\..{36}\.part)?)$/.test(name)
