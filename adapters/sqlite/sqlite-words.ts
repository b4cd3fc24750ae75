import { StaleFence, StorageError } from '../../src/ports/failure.ts'

/** SQLite's primary result codes that a person can do something about: https://sqlite.org/rescode.html */
const BUSY = 5
const READONLY = 8
const IOERR = 10
const CORRUPT = 11
const FULL = 13
const CANTOPEN = 14
const NOTADB = 26

/** What went wrong in the database thread, in a form that crosses threads. */
export interface Failure {
  readonly kind: 'stale' | 'storage' | 'sqlite'
  readonly message: string
  /** SQLite's extended result code, where there is one. */
  readonly code: number | null
}

export function failureOf(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error)
  if (error instanceof StaleFence) return { kind: 'stale', message, code: null }
  if (error instanceof StorageError) return { kind: 'storage', message: error.words, code: null }
  const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : null
  return { kind: 'sqlite', message, code }
}

/** The surroundings fail, not the file's content. */
export function aboutTheDisk({ code }: Failure): boolean {
  return code !== null && [BUSY, READONLY, IOERR, FULL, CANTOPEN].includes(code & 0xff)
}

export function storageErrorOf(failure: Failure, path: string): StorageError {
  if (failure.kind === 'storage') return new StorageError(failure.message)
  return new StorageError(wordsOf(failure, path), new Error(failure.message))
}

function wordsOf({ code, message }: Failure, path: string): string {
  switch (code === null ? null : code & 0xff) {
    case FULL:
      return `The disk that holds ${path} is full. Free some space; Parley goes on by itself then.`
    case IOERR:
      return `Reading or writing ${path} failed (${message}). Check the disk: its space, its health, its quota.`
    case READONLY:
      return `${path} can't be written. Check the rights of the file and its directory, and that the disk isn't mounted read-only.`
    case CANTOPEN:
      return `${path} can't be opened. Check that its directory exists and that Parley may read and write there.`
    case BUSY:
      return `Another program has held ${path} locked for more than 5 seconds. Close it, and try again.`
    case CORRUPT:
    case NOTADB:
      return damaged(path, message)
    default:
      return `The database ${path} refused an operation: ${message}. Try again; if it stays so, look at the log.`
  }
}

/** For every way a file can turn out to be damaged: it is named, kept, and there is something to do. */
export function damaged(path: string, found: string): string {
  return (
    `${path} is damaged (${found}). It is kept untouched, with its -wal and -shm files. ` +
    'Restore all of them from a copy, or move them away to start with an empty database.'
  )
}
