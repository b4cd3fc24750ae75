import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../../src/ports/failure.ts'
import { defineChecksum, wrongSums } from './checksum.ts'
import { sizeOf } from './database-file.ts'
import { checkKinship, expectedSchema, schemaOf, versionOf } from './migrations.ts'
import { aboutTheDisk, damaged, failureOf, storageErrorOf } from './sqlite-words.ts'
import { prepare } from './statement.ts'
import { walDamage } from './wal-file.ts'

/** Up to this size every page and every row is checked at start: some 0.3 s. Above, the schema and what is still to be done. */
const FULL_CHECK_BYTES = 32 * 2 ** 20

const tables = [
  'conversation',
  'owner',
  'batch',
  'event',
  'tally',
  'counter',
  'kv',
  'reservation',
  'charge',
  'spending',
]
/** Small whatever the history: these are checked in databases of any size. */
const smallTables = ['owner', 'batch', 'tally', 'counter', 'reservation']

/**
 * Refuses a damaged file with a `StorageError`, without having changed a byte of it or of its log: the log is judged
 * before SQLite touches it, and the rest by a connection that can only read.
 */
export function checkFile(path: string): void {
  const log = walDamage(path)
  if (log) throw new StorageError(damaged(path, log))
  let found: string | null
  try {
    found = readAndCheck(path)
  } catch (error) {
    if (error instanceof StorageError) throw error
    const failure = failureOf(error)
    throw aboutTheDisk(failure)
      ? storageErrorOf(failure, path)
      : new StorageError(damaged(path, failure.message), error)
  }
  if (found) throw new StorageError(damaged(path, found))
}

function readAndCheck(path: string): string | null {
  using db = new DatabaseSync(path, { readOnly: true })
  defineChecksum(db)
  db.exec('PRAGMA busy_timeout = 5000')
  checkKinship(db, path)
  if (schemaOf(db) !== expectedSchema(versionOf(db))) return 'its schema is not what Parley wrote'
  return sizeOf(path) + sizeOf(`${path}-wal`) <= FULL_CHECK_BYTES ? checkAll(db) : checkUndone(db)
}

function checkAll(db: DatabaseSync): string | null {
  const structure = complaints(db, 'PRAGMA integrity_check(3)')
  if (structure) return structure
  for (const table of tables) {
    const wrong = wrongSums(db, table)
    if (wrong > 0) return `${wrong} rows of the table ${table} were changed by something else`
  }
  return miscounted(db)
}

function checkUndone(db: DatabaseSync): string | null {
  for (const table of smallTables) {
    const structure = complaints(db, `PRAGMA quick_check(${table})`)
    if (structure) return structure
    if (wrongSums(db, table) > 0) return `rows of the table ${table} were changed by something else`
  }
  return null
}

function complaints(db: DatabaseSync, pragma: string): string | null {
  const rows = prepare<Record<string, string>>(db, pragma).all()
  const said = rows.flatMap((row) => Object.values(row)).filter((line) => line !== 'ok')
  return said.length > 0 ? said.join('; ').slice(0, 300) : null
}

function miscounted(db: DatabaseSync): string | null {
  const wrong = prepare<{ state: string }>(
    db,
    'SELECT state FROM tally WHERE events <> (SELECT count(*) FROM event WHERE event.state = tally.state)',
  ).get()
  return wrong ? `the count of ${wrong.state} events is wrong` : null
}
