import { createHash, randomUUID } from 'node:crypto'
import { readFile, rename, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import type { About } from '../../src/ports/shelf.ts'
import { syncFolder, writeDurably } from './durable-file.ts'

/** What the label beside a file says. */
export interface Label {
  readonly key: string
  /** The file's name in the folder. */
  readonly file: string
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly at: number
  /** Milliseconds from then on; absent = `KEEP_MS`. */
  readonly keepMs?: number
  readonly about: About
}

export interface Used extends Label {
  /** Milliseconds since the epoch. */
  usedAt: number
}

/** null: it is no label, or half of it is gone. Rejects with what the disk says otherwise, which may pass. */
export async function readLabel(dir: string, name: string): Promise<Used | null> {
  try {
    const path = join(dir, name)
    const [text, { mtimeMs }] = await Promise.all([readFile(path, 'utf8'), stat(path)])
    const label: Label = JSON.parse(text)
    const { size } = await stat(join(dir, label.file))
    const fits = name === labelName(label.key) && isOurs(label.file) && size === label.size
    return fits ? { ...label, usedAt: mtimeMs } : null
  } catch (error) {
    // It is swept up with what belongs to nobody, and made again when it is wanted.
    if (isMissing(error) || !isSystemError(error)) return null
    throw error
  }
}

/** In the place of the one before, at once and durably. */
export async function writeLabel(dir: string, label: Label, usedAt: number): Promise<void> {
  const path = join(dir, labelName(label.key))
  const fresh = `${path}.${randomUUID()}.part`
  await writeDurably(fresh, Buffer.from(JSON.stringify(label)))
  await touch(fresh, usedAt)
  await rename(fresh, path)
  await syncFolder(dir)
}

/** When a file was used last is when its label was changed last. */
export const touch = (path: string, at: number): Promise<void> => utimes(path, at / 1_000, at / 1_000)

/** Keys hold people's words, or hashes of them: no key is a path. */
export const nameOf = (key: string): string => createHash('sha256').update(key).digest('hex')

export const labelName = (key: string): string => `${nameOf(key)}.json`

/** What a file and its label have in common. */
export const stemOf = (name: string): string => name.slice(0, 64)

const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error

export const isMissing = (error: unknown): boolean => isSystemError(error) && error.code === 'ENOENT'

/** Nothing else that lies there is ever touched. */
export const isOurs = (name: string): boolean =>
  /^[0-9a-f]{64}(-[0-9a-f-]{36}\.bin|\.json(\..{36}\.part)?)$/.test(name)
