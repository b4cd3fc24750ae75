import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { Clock } from '../../../src/ports/clock.ts'
import { Problem } from '../problem.ts'

/** Counted from 0; `end` is the last byte. */
export interface ByteRange {
  readonly start: number
  readonly end: number
}

/** A folder of files under ids, private to this user, that takes a bounded number of bytes in all. */
export interface FileFolder {
  /** The number of bytes, once all are there. Rejects with a `Problem` (503) when there is no room. */
  put(id: string, bytes: AsyncIterable<Uint8Array>): Promise<number>
  read(id: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null>
  remove(name: string): Promise<void>
  /** Bytes that are left. */
  free(): Promise<number>
  /** The names of what has lain there unchanged for so many milliseconds, uploads that broke off too. */
  olderThan(ms: number): Promise<string[]>
}

export function createFileFolder(options: {
  /** Made with mode 0700 if absent. */
  readonly dir: string
  /** The most that lies there, in bytes. */
  readonly room: number
  readonly clock: Pick<Clock, 'now'>
}): FileFolder {
  const { dir, room } = options
  const pathOf = (name: string): string => join(dir, name)
  const statOf = (name: string) => stat(pathOf(name)).catch(() => null)
  /** Bytes; null until they were counted. */
  let taken: number | null = null

  async function look() {
    const names = await readdir(dir).catch(() => [])
    const found = await Promise.all(names.map(async (name) => ({ name, stat: await statOf(name) })))
    const files = found.flatMap((file) => (file.stat?.isFile() ? [{ name: file.name, stat: file.stat }] : []))
    taken = files.reduce((sum, file) => sum + file.stat.size, 0)
    return files
  }

  const take = (bytes: number): void => {
    taken = Math.max(0, (taken ?? 0) + bytes)
  }

  /** Written beside its name and renamed when whole, so that a broken upload is never taken for a file. */
  async function put(id: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    if (taken === null) await look()
    const part = pathOf(`${id}.part`)
    const file = await open(part, 'wx', 0o600)
    let size = 0
    try {
      for await (const chunk of bytes) {
        size += chunk.length
        take(chunk.length)
        if ((taken ?? 0) > room) throw noRoom()
        await file.writeFile(chunk)
      }
      await file.close()
      await rename(part, pathOf(id))
      return size
    } catch (error) {
      await file.close().catch(() => undefined)
      await rm(part, { force: true })
      take(-size)
      throw isFull(error) ? noRoom() : error
    }
  }

  return {
    put,
    free: async () => {
      if (taken === null) await look()
      return room - (taken ?? 0)
    },
    read: async (id, range) => {
      if (!(await statOf(id))) return null
      const stream: NodeReadableStream<Uint8Array> = Readable.toWeb(createReadStream(pathOf(id), range))
      return stream as ReadableStream<Uint8Array>
    },
    remove: async (name) => {
      const found = await statOf(name)
      await rm(pathOf(name), { force: true })
      if (found) take(-found.size)
    },
    olderThan: async (ms) => {
      const now = options.clock.now()
      return (await look()).filter((file) => now - file.stat.mtimeMs > ms).map((file) => file.name)
    },
  }
}

const noRoom = (): Problem =>
  new Problem(
    503,
    'There is no room for more files. Delete messages with files that nobody needs, or try again in ten minutes: what was attached and not sent makes room then.',
  )

const isFull = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')
