import { randomUUID } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { type FileHandle, mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { MediaError } from '../../src/ports/failure.ts'
import type { Folder, Scratch } from '../../src/ports/scratch.ts'

/** Below `dir`, which is emptied at the start: what a crash left there belongs to nobody. Only its owner may look into it. */
export function createScratch(dir: string): Scratch {
  const own = join(dir, `${process.pid}-${randomUUID()}`)
  const begin = async (): Promise<void> => {
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const left = (await readdir(dir)).map((name) => join(dir, name)).filter((path) => path !== own)
    await Promise.all(left.map((path) => rm(path, { recursive: true, force: true })))
    await mkdir(own, { recursive: true, mode: 0o700 })
  }
  let ready: Promise<void> | null = null
  /** Once for all who open at the same moment; tried again when it failed: the disk may have been full. */
  const begun = (): Promise<void> => {
    ready ??= begin().catch((error: unknown) => {
      ready = null
      throw error
    })
    return ready
  }
  // Who opens a folder hears of it.
  begun().catch(() => undefined)

  return {
    async open() {
      await begun().catch(rethrow)
      const path = join(own, randomUUID())
      // `recursive`: somebody who tidies up may have taken what was empty.
      await mkdir(path, { recursive: true, mode: 0o700 }).catch(rethrow)
      return folderAt(path)
    },

    async close() {
      // What can't be deleted now is deleted at the next start.
      await rm(own, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined)
    },
  }
}

function folderAt(folder: string): Folder {
  let count = 0
  const remove = (path: string): Promise<void> => rm(path, { force: true })

  return {
    path: (ending) => join(folder, `${count++}${ending}`),

    async write(path, stream, take, signal) {
      const reader = stream.getReader()
      // Ends the read that waits; the stream's own trouble while it closes changes nothing any more.
      const stop = (): void => void reader.cancel(signal.reason).catch(() => undefined)
      signal.addEventListener('abort', stop, { once: true })
      let file: FileHandle | null = null
      try {
        signal.throwIfAborted()
        file = await open(path, 'wx', 0o600).catch(rethrow)
        let size = 0
        for (;;) {
          const { done, value } = await reader.read()
          signal.throwIfAborted()
          if (done) return size
          take(value)
          await writeAll(file, value).catch(rethrow)
          size += value.length
        }
      } catch (error) {
        stop()
        await file?.close()
        file = null
        await remove(path)
        throw error
      } finally {
        signal.removeEventListener('abort', stop)
        await file?.close()
      }
    },

    async head(path, most) {
      const file = await open(path, 'r')
      try {
        const { buffer, bytesRead } = await file.read(Buffer.alloc(most), 0, most, 0)
        return buffer.subarray(0, bytesRead)
      } finally {
        await file.close()
      }
    },

    blob: (path, type) => openAsBlob(path, { type }),
    remove,

    async close() {
      // What can't be deleted now is deleted at the next start.
      await rm(folder, { recursive: true, force: true, maxRetries: 2 }).catch(() => undefined)
    },
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  let written = 0
  while (written < bytes.length) written += (await file.write(bytes, written)).bytesWritten
}

const full: ReadonlySet<unknown> = new Set(['ENOSPC', 'EDQUOT'])

function rethrow(error: NodeJS.ErrnoException): never {
  if (!full.has(error.code)) throw error
  throw new MediaError(
    'failed',
    'the disk of the machine that Parley runs on is full; whoever runs it has to make room',
    error,
  )
}
