import { createHash } from 'node:crypto'
import type { FileRef } from '../ports/event.ts'
import type { MediaFile } from '../ports/platform.ts'
import type { Shelf } from '../ports/shelf.ts'
import type { Enclosed } from './enclosing.ts'

/** The pictures painted for one answer: shown on their way, and kept on the shelf once they are finished. */
export interface Pictures {
  /** As far as one is painted. */
  partial(bytes: Uint8Array, type: string): void
  finished(bytes: Uint8Array, type: string): Promise<void>
  count(): number
  readonly enclosed: readonly Enclosed[]
  /** What is remembered of them: the model sees them again when it is asked about them. */
  readonly files: readonly FileRef[]
}

/** For those who can't see it; platforms take some 1,000 characters. */
const LONGEST_DESCRIPTION = 1_000

const shelfId = (key: string): string => `shelf:${key}`

/** The key on the shelf of a file that is remembered with an answer of Parley's; null: it is another's. */
export const shelfKeyOf = ({ id }: Pick<FileRef, 'id'>): string | null =>
  id.startsWith('shelf:') ? id.slice('shelf:'.length) : null

export function createPictures(options: {
  readonly shelf: Shelf
  /** The ledger's id of this try. */
  readonly attempt: string
  /** What was asked for. */
  readonly prompt: string
  /** Milliseconds for which they are kept: as long as the conversation, which they are part of. */
  readonly keepMs: number
  preview?(picture: MediaFile): void
}): Pictures {
  const { shelf, attempt, prompt, keepMs, preview } = options
  const description = prompt.slice(0, LONGEST_DESCRIPTION).toWellFormed()
  const enclosed: Enclosed[] = []
  const files: FileRef[] = []
  let partials = 0

  return {
    partial(bytes, type) {
      partials++
      const id = `${attempt}:${partials}`
      const body = new Blob([new Uint8Array(bytes)], { type })
      preview?.({ kind: 'picture', id, name: nameOf(type), type, size: body.size, body, description })
    },
    async finished(bytes, type) {
      const hash = createHash('sha256').update(`${attempt}:${enclosed.length}`).digest('hex')
      const [key, name] = [`picture-${hash}`, nameOf(type)]
      const { size } = await shelf.put(key, bytes, { kind: 'picture', name, type, description }, keepMs)
      enclosed.push({ key })
      files.push({ id: shelfId(key), name, type, size, url: null })
    },
    count: () => enclosed.length,
    enclosed,
    files,
  }
}

const nameOf = (type: string): string => `picture.${endings[type] ?? 'png'}`

const endings: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/webp': 'webp' }
