import {
  accessSync,
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../../src/ports/failure.ts'
import { defineChecksum } from './checksum.ts'
import { applicationId, migrate } from './migrations.ts'
import { damaged } from './sqlite-words.ts'

export const inMemory = ':memory:'

/** No first start takes longer than this to build its file, ms. */
const DRAFT_MS = 60_000

/**
 * Makes the file with its schema, all or nothing, if there is none; refuses one that can't be Parley's. `link` gives
 * a file a second name and fails where that name is taken.
 */
export function ensureFile(path: string, unique: string, link = linkSync): void {
  const directory = dirname(path)
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 })
    accessSync(directory, constants.W_OK)
  } catch (error) {
    throw new StorageError(
      `The directory ${directory} can't be made or written (${codeOf(error)}). Make it writable for the user Parley runs as, ` +
        'or point DATABASE_URL somewhere else.',
      error,
    )
  }
  if (existsSync(path)) refuseStump(path)
  else create(path, draftOf(path) + unique, link)
  removeOldDrafts(path)
  for (const file of [path, `${path}-wal`, `${path}-shm`]) narrow(file)
}

export function sizeOf(path: string): number {
  return existsSync(path) ? statSync(path).size : 0
}

/** Parley's files come into being whole: one that is shorter than a page was cut, and what it held is gone. */
function refuseStump(path: string): void {
  if (!statSync(path).isFile())
    throw new StorageError(`${path} is not a file. Point DATABASE_URL to a file, or to a name that is free.`)
  if (sizeOf(path) < 512) throw new StorageError(damaged(path, `only ${sizeOf(path)} bytes are left of it`))
}

/** Built beside its place and linked into it: a crash leaves no half file, and two first starts don't collide. */
function create(path: string, draft: string, link: typeof linkSync): void {
  if (sizeOf(`${path}-wal`) > 0)
    throw new StorageError(
      `${path} is gone, but its write-ahead log ${path}-wal is there. Both are left as they are. ` +
        'Restore the database beside it, or move the log away to start with an empty database.',
    )
  try {
    closeSync(openSync(draft, 'wx', 0o600))
    build(draft)
    nameIt(draft, path, link)
    syncDirectory(dirname(path))
  } catch (error) {
    if (codeOf(error) !== 'EEXIST')
      throw new StorageError(
        `${path} could not be made (${codeOf(error)}). Check the disk's free space and the directory's rights.`,
        error,
      )
  } finally {
    for (const file of [draft, `${draft}-wal`, `${draft}-shm`]) rmSync(file, { force: true })
  }
}

/** exFAT and some network shares know one name a file: a rename, which would replace another first start's file. */
function nameIt(draft: string, path: string, link: typeof linkSync): void {
  try {
    link(draft, path)
  } catch (error) {
    if (!['ENOTSUP', 'EOPNOTSUPP', 'EPERM', 'ENOSYS'].includes(codeOf(error))) throw error
    if (!existsSync(path)) renameSync(draft, path)
  }
}

/** Of first starts that were killed; a young one may still be at it. */
function removeOldDrafts(path: string): void {
  const directory = dirname(path)
  const drafts = readdirSync(directory).filter((name) => name.startsWith(basename(draftOf(path))))
  for (const file of drafts.map((name) => join(directory, name))) {
    const found = statSync(file, { throwIfNoEntry: false })
    if (found?.isFile() && Date.now() - found.mtimeMs > DRAFT_MS) rmSync(file, { force: true })
  }
}

function draftOf(path: string): string {
  return `${path}.new-`
}

function build(path: string): void {
  using db = new DatabaseSync(path)
  defineChecksum(db)
  db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;')
  db.exec(`PRAGMA application_id = ${applicationId}`)
  migrate(db)
}

function syncDirectory(directory: string): void {
  const handle = openSync(directory, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

function narrow(file: string): void {
  if (existsSync(file) && (statSync(file).mode & 0o077) !== 0) chmodSync(file, 0o600)
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error)
}
