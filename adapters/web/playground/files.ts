import { createReadStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { ReadableStream as NodeReadableStream } from 'node:stream/web'
import type { Clock } from '../../../src/ports/clock.ts'
import type { FileRef, MessageRef } from '../../../src/ports/event.ts'
import type { Store } from '../../../src/ports/store.ts'
import { Problem } from '../problem.ts'
import type { Attachment } from './message.ts'

/** Attachments on disk under random names; who sent them named them, and nothing here believes it. */
export interface Files {
  save(
    claims: { name: string; type: string | undefined },
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<Attachment>
  find(id: string): Promise<Attachment | null>
  /** Rejects with a `Problem` when a file is not there or belongs to another message. */
  attach(ids: readonly string[], message: MessageRef): Promise<Attachment[]>
  read(id: string): Promise<ReadableStream<Uint8Array> | null>
  remove(ids: readonly string[]): Promise<void>
  /** Deletes what is older than 30 days, and uploads that broke off. */
  sweep(): Promise<void>
}

interface Entry extends Attachment {
  readonly message: MessageRef | null
}

export const fileBytes = 20 * 1_048_576
export const filesPerMessage = 10
const keptMs = 30 * 86_400_000
const brokenOffMs = 3_600_000
const validId = /^[0-9a-f-]{36}$/

const entryKey = (id: string): string => `web:file:${id}`

export function createFiles(options: {
  readonly dir: string
  readonly store: Store
  readonly clock: Clock
  readonly uuid: () => string
}): Files {
  const { dir, store, clock } = options
  const pathOf = (id: string): string => join(dir, id)

  async function save(
    claims: { name: string; type: string | undefined },
    bytes: AsyncIterable<Uint8Array>,
  ): Promise<Attachment> {
    const id = options.uuid()
    await mkdir(dir, { recursive: true, mode: 0o700 })
    const size = await write(pathOf(id), bytes)
    if (size === 0) throw await refused(pathOf(id))
    const entry: Entry = {
      id,
      name: safeName(claims.name),
      type: safeType(claims.type),
      size,
      url: `/playground/files/${id}`,
      message: null,
    }
    await store.set(entryKey(id), entry, keptMs)
    return toAttachment(entry)
  }

  const entryOf = async (id: string): Promise<Entry | null> =>
    validId.test(id) ? ((await store.get<Entry>(entryKey(id))) ?? null) : null

  async function attach(ids: readonly string[], message: MessageRef): Promise<Attachment[]> {
    const entries = await Promise.all([...new Set(ids)].map(entryOf))
    const mine = entries.filter(
      (entry) => entry && (entry.message === null || entry.message.id === message.id),
    )
    if (mine.length < entries.length)
      throw new Problem(400, 'files: one of them is not here (any more). Attach it again.')
    const taken = mine.filter((entry) => entry !== null)
    for (const entry of taken) await store.set(entryKey(entry.id), { ...entry, message }, keptMs)
    return taken.map(toAttachment)
  }

  async function sweep(): Promise<void> {
    const names = await readdir(dir).catch(() => [])
    for (const name of names) {
      const limit = name.endsWith('.part') ? brokenOffMs : keptMs
      const found = await stat(join(dir, name)).catch(() => null)
      if (found && clock.now() - found.mtimeMs > limit) await rm(join(dir, name), { force: true })
    }
  }

  return {
    save,
    find: async (id) => {
      const entry = await entryOf(id)
      return entry && toAttachment(entry)
    },
    attach,
    read: async (id) => {
      if (!(await entryOf(id)) || !(await stat(pathOf(id)).catch(() => null))) return null
      const stream: NodeReadableStream<Uint8Array> = Readable.toWeb(createReadStream(pathOf(id)))
      return stream as ReadableStream<Uint8Array>
    },
    remove: async (ids) => {
      for (const id of ids.filter((each) => validId.test(each))) {
        await rm(pathOf(id), { force: true })
        await store.delete(entryKey(id))
      }
    },
    sweep,
  }
}

export const fileRef = (file: Attachment): FileRef => ({
  id: file.id,
  name: file.name,
  type: file.type,
  size: file.size,
  url: null,
})

/** Written beside its name and renamed when whole, so that a broken upload is never taken for a file. */
async function write(path: string, bytes: AsyncIterable<Uint8Array>): Promise<number> {
  const part = `${path}.part`
  const file = await open(part, 'wx', 0o600)
  let size = 0
  try {
    for await (const chunk of bytes) {
      await file.writeFile(chunk)
      size += chunk.length
    }
    await file.close()
    await rename(part, path)
    return size
  } catch (error) {
    await file.close().catch(() => undefined)
    await rm(part, { force: true })
    throw error
  }
}

async function refused(path: string): Promise<Problem> {
  await rm(path, { force: true })
  return new Problem(400, 'The file is empty. Choose another.')
}

function toAttachment({ message: _message, ...file }: Entry): Attachment {
  return file
}

/** The last part of the name, without what could fool a terminal or a path. */
function safeName(name: string): string {
  const last = name.toWellFormed().split(/[/\\]/).at(-1) ?? ''
  const plain = last.replace(/[\p{Cc}\p{Cf}]/gu, '').trim()
  return plain === '' || /^\.+$/.test(plain) ? 'file' : plain.slice(-200).toWellFormed()
}

function safeType(type: string | undefined): string {
  const essence = type?.split(';')[0]?.trim().toLowerCase() ?? ''
  return /^[\w.+-]{1,60}\/[\w.+-]{1,60}$/.test(essence) ? essence : 'application/octet-stream'
}
