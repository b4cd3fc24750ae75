import type { Clock } from '../../../src/ports/clock.ts'
import type { FileRef, MessageRef } from '../../../src/ports/event.ts'
import type { Store } from '../../../src/ports/store.ts'
import { createTurnstile } from '../../../src/turnstile.ts'
import { plainFileName } from '../file-name.ts'
import { Problem } from '../problem.ts'
import { type Claims, claimedType } from './claims.ts'
import { type ByteRange, createFileFolder } from './file-folder.ts'
import { type Attachment, directWith, type Message, visibleTo } from './message.ts'
import { createUnsent, type Upload } from './unsent.ts'

/** Attachments on disk under random names; who sent them named them, and nothing here believes it. */
export interface Files {
  /**
   * `owner`: who alone has it until it is sent with a message; null = Parley. `upload`: of what people attach; rejects
   * with a `Problem` (429) when too much of the account's waits to be sent.
   */
  save(
    claims: Claims,
    bytes: AsyncIterable<Uint8Array>,
    owner: string | null,
    upload?: Upload,
  ): Promise<Attachment>
  /** null: it is not here, or not for this person: of others' uploads and direct channels nobody learns. */
  find(id: string, reader: string): Promise<Attachment | null>
  /** Rejects with a `Problem` when a file is not there, is another's, or belongs to another message. */
  attach(ids: readonly string[], message: MessageRef, owner: string | null): Promise<Attachment[]>
  /** `range`: only these bytes, the first and the last of them included. */
  read(id: string, range?: ByteRange): Promise<ReadableStream<Uint8Array> | null>
  remove(ids: readonly string[]): Promise<void>
  /** Takes back what its owner attached and did not send; false: there is no such file. */
  discard(id: string, owner: string): Promise<boolean>
  /** Deletes what belongs to no message (any more): uploads that broke off or were never sent. */
  sweep(): Promise<void>
}

interface Entry extends Attachment {
  /** Absent: from before these were noted. */
  readonly owner?: string | null
  readonly message: MessageRef | null
}

/** Recordings are taken up to 500 MB elsewhere; a page's upload is one request, and none takes more than this. */
export const fileBytes = 32 * 1_048_576
export const filesPerMessage = 10
/** So long an upload may wait to be sent with a message. */
const unsentMs = 3_600_000
/** The same where there is no room. */
const hurriedMs = 600_000
/** All attachments together. */
const roomBytes = 2 * 1_073_741_824
const validId = /^[0-9a-f-]{36}$/

const entryKey = (id: string): string => `web:file:${id}`

export function createFiles(options: {
  readonly dir: string
  readonly store: Store
  readonly clock: Clock
  readonly uuid: () => string
  readonly messageAt: (ref: MessageRef) => Promise<Message | null>
  /** How long a message's files are kept, in milliseconds. */
  readonly keptMs: number
  /** Bytes; absent = 2 GB. */
  readonly room?: number
}): Files {
  const { dir, store, clock, room = roomBytes } = options
  const folder = createFileFolder({ dir, room, clock })
  const inTurn = createTurnstile()
  const waits = async (id: string): Promise<boolean> => (await entryOf(id))?.message === null
  const unsent = createUnsent({ store, waitMs: unsentMs, waits })

  async function save(
    claims: Claims,
    bytes: AsyncIterable<Uint8Array>,
    owner: string | null,
    upload?: Upload,
  ): Promise<Attachment> {
    const id = options.uuid()
    const expected = upload?.bytes ?? fileBytes
    if (upload) await unsent.expect(upload.account, { id, bytes: expected })
    try {
      if ((await folder.free()) < expected) await sweep(hurriedMs)
      return await put(id, claims, bytes, owner)
    } finally {
      unsent.came(id)
    }
  }

  async function put(
    id: string,
    claims: Claims,
    bytes: AsyncIterable<Uint8Array>,
    owner: string | null,
  ): Promise<Attachment> {
    const size = await folder.put(id, bytes)
    if (size === 0) {
      await folder.remove(id)
      throw new Problem(400, 'The file is empty. Choose another.')
    }
    const entry: Entry = {
      id,
      name: plainFileName(claims.name),
      type: claimedType(claims),
      size,
      url: `/playground/files/${id}`,
      ...(claims.description !== undefined && { description: claims.description }),
      ...(claims.seconds !== undefined && { seconds: claims.seconds }),
      ...(claims.voice && { voice: claims.voice }),
      message: null,
      owner,
    }
    await store.set(entryKey(id), entry, unsentMs)
    return toAttachment(entry)
  }

  const entryOf = async (id: string): Promise<Entry | null> =>
    validId.test(id) ? ((await store.get<Entry>(entryKey(id))) ?? null) : null

  async function isFor(reader: string, { message, owner }: Entry): Promise<boolean> {
    if (message === null) return owner === reader
    const carrier = await options.messageAt(message)
    if (carrier) return visibleTo(reader, carrier)
    // Its message is just being written.
    const direct = directWith(message.channel)
    return direct === null || direct === reader
  }

  async function attach(
    ids: readonly string[],
    message: MessageRef,
    owner: string | null,
  ): Promise<Attachment[]> {
    const entries = await Promise.all([...new Set(ids)].map(entryOf))
    const mine = entries.flatMap((entry) => (entry && isFree(entry, message, owner) ? [entry] : []))
    if (mine.length < entries.length)
      throw new Problem(400, 'files: one of them is not here (any more). Attach it again.')
    for (const entry of mine) await store.set(entryKey(entry.id), { ...entry, message }, options.keptMs)
    return mine.map(toAttachment)
  }

  async function remove(name: string): Promise<void> {
    await folder.remove(name)
    await store.delete(entryKey(name))
  }

  async function sweep(ms: number): Promise<void> {
    for (const name of await folder.olderThan(ms))
      await inTurn('attach', async () => {
        if (!(await entryOf(name))?.message) await remove(name)
      })
  }

  async function discard(id: string, owner: string): Promise<boolean> {
    const entry = await entryOf(id)
    if (!entry || entry.message !== null || entry.owner !== owner) return false
    await remove(id)
    return true
  }

  return {
    save,
    find: async (id, reader) => {
      const entry = await entryOf(id)
      return entry && (await isFor(reader, entry)) ? toAttachment(entry) : null
    },
    // One after the other, so that two messages can't take the same file, nor one what is being swept away.
    attach: (ids, message, owner) => inTurn('attach', () => attach(ids, message, owner)),
    read: async (id, range) => ((await entryOf(id)) ? folder.read(id, range) : null),
    remove: async (ids) => {
      for (const id of ids.filter((each) => validId.test(each))) await remove(id)
    },
    discard: (id, owner) => inTurn('attach', () => discard(id, owner)),
    sweep: () => sweep(unsentMs),
  }
}

/** Ids of messages are unique within their channel only. */
const isFree = ({ message: taken, owner }: Entry, by: MessageRef, of: string | null): boolean =>
  taken === null ? owner === of : taken.id === by.id && taken.channel === by.channel

export const fileRef = (file: Attachment): FileRef => ({
  id: file.id,
  name: file.name,
  type: file.type,
  size: file.size,
  url: null,
  ...(file.voice && { voice: { seconds: file.seconds ?? null } }),
})

function toAttachment({ message: _message, owner: _owner, ...file }: Entry): Attachment {
  return file
}
