import type { Clock } from '../../../src/ports/clock.ts'
import type { FileRef, MessageRef } from '../../../src/ports/event.ts'
import type { Store } from '../../../src/ports/store.ts'
import { createTurnstile } from '../../../src/turnstile.ts'
import { Problem } from '../problem.ts'
import { type ByteRange, createFileFolder } from './file-folder.ts'
import type { Attachment } from './message.ts'

/** Attachments on disk under random names; who sent them named them, and nothing here believes it. */
export interface Files {
  save(claims: Claims, bytes: AsyncIterable<Uint8Array>): Promise<Attachment>
  find(id: string): Promise<Attachment | null>
  /** Rejects with a `Problem` when a file is not there or belongs to another message. */
  attach(ids: readonly string[], message: MessageRef): Promise<Attachment[]>
  /** `range`: only these bytes, the first and the last of them included. */
  read(id: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null>
  remove(ids: readonly string[]): Promise<void>
  /** Deletes what belongs to no message (any more): uploads that broke off or were never sent. */
  sweep(): Promise<void>
}

export interface Claims {
  readonly name: string
  readonly type: string | undefined
  readonly description?: string | undefined
  readonly seconds?: number | undefined
  readonly voice?: true | undefined
}

interface Entry extends Attachment {
  readonly message: MessageRef | null
}

/** Recordings are taken up to 500 MB elsewhere; a page's upload is one request, and none takes more than this. */
export const fileBytes = 32 * 1_048_576
export const filesPerMessage = 10
/** So long an upload may wait to be sent with a message. */
const unsentMs = 3_600_000
/** All attachments together. */
const roomBytes = 2 * 1_073_741_824
const validId = /^[0-9a-f-]{36}$/

const entryKey = (id: string): string => `web:file:${id}`

export function createFiles(options: {
  readonly dir: string
  readonly store: Store
  readonly clock: Clock
  readonly uuid: () => string
  /** How long a message's files are kept, in milliseconds. */
  readonly keptMs: number
  /** Bytes; absent = 2 GB. */
  readonly room?: number
}): Files {
  const { dir, store, clock, room = roomBytes } = options
  const folder = createFileFolder({ dir, room, clock })
  const inTurn = createTurnstile()

  async function save(claims: Claims, bytes: AsyncIterable<Uint8Array>): Promise<Attachment> {
    const id = options.uuid()
    const size = await folder.put(id, bytes)
    if (size === 0) {
      await folder.remove(id)
      throw new Problem(400, 'The file is empty. Choose another.')
    }
    const entry: Entry = {
      id,
      name: safeName(claims.name),
      type: safeType(claims.type),
      size,
      url: `/playground/files/${id}`,
      ...(claims.description !== undefined && { description: claims.description }),
      ...(claims.seconds !== undefined && { seconds: claims.seconds }),
      ...(claims.voice && { voice: claims.voice }),
      message: null,
    }
    await store.set(entryKey(id), entry, unsentMs)
    return toAttachment(entry)
  }

  const entryOf = async (id: string): Promise<Entry | null> =>
    validId.test(id) ? ((await store.get<Entry>(entryKey(id))) ?? null) : null

  async function attach(ids: readonly string[], message: MessageRef): Promise<Attachment[]> {
    const entries = await Promise.all([...new Set(ids)].map(entryOf))
    const mine = entries.flatMap((entry) => (entry && isFree(entry, message) ? [entry] : []))
    if (mine.length < entries.length)
      throw new Problem(400, 'files: one of them is not here (any more). Attach it again.')
    for (const entry of mine) await store.set(entryKey(entry.id), { ...entry, message }, options.keptMs)
    return mine.map(toAttachment)
  }

  async function remove(name: string): Promise<void> {
    await folder.remove(name)
    await store.delete(entryKey(name))
  }

  return {
    save,
    find: async (id) => {
      const entry = await entryOf(id)
      return entry && toAttachment(entry)
    },
    // One after the other, so that two messages can't take the same file, nor one what is being swept away.
    attach: (ids, message) => inTurn('attach', () => attach(ids, message)),
    read: async (id, range) => ((await entryOf(id)) ? folder.read(id, range) : null),
    remove: async (ids) => {
      for (const id of ids.filter((each) => validId.test(each))) await remove(id)
    },
    sweep: async () => {
      for (const name of await folder.olderThan(unsentMs))
        await inTurn('attach', async () => {
          if (!(await entryOf(name))?.message) await remove(name)
        })
    },
  }
}

/** Ids of messages are unique within their channel only. */
const isFree = ({ message: taken }: Entry, by: MessageRef): boolean =>
  taken === null || (taken.id === by.id && taken.channel === by.channel)

export const fileRef = (file: Attachment): FileRef => ({
  id: file.id,
  name: file.name,
  type: file.type,
  size: file.size,
  url: null,
  ...(file.voice && { voice: { seconds: file.seconds ?? null } }),
})

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
