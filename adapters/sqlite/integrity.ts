import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../../src/ports/failure.ts'
import { defineChecksum, wrongSums } from './checksum.ts'
import { complaints } from './complaints.ts'
import { sizeOf } from './database-file.ts'
import { checkLive } from './live-check.ts'
import { checkKinship, expectedSchema, schemaOf, versionOf } from './migrations.ts'
import { aboutTheDisk, damaged, failureOf, storageErrorOf } from './sqlite-words.ts'
import { prepare } from './statement.ts'
import { walDamage } from './wal-file.ts'

/**
 * Up to this size, log included, every page and every row is checked at start: 10 ms a MiB where rows are small. Above,
 * the schema and what is still to be done (live-check.ts); the rows of the past are read later (slow-check.ts), and
 * the structure of their indexes as far as it is used.
 */
const WHOLE_BYTES = 8 * 2 ** 20

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
/** How much of the file was read: all, or what is still to be done. */
export type Checked = 'whole' | 'live'

/**
 * Refuses a damaged file with a `StorageError`, without having changed a byte of it or of its log: the log is judged
 * before SQLite touches it, and the rest by a connection that can only read.
 */
export function checkFile(path: string): Checked {
  const log = walDamage(path)
  if (log) throw new StorageError(damaged(path, log))
  const extent = sizeOf(path) + sizeOf(`${path}-wal`) <= WHOLE_BYTES ? 'whole' : 'live'
  let found: string | null
  try {
    found = readAndCheck(path, extent)
  } catch (error) {
    if (error instanceof StorageError) throw error
    const failure = failureOf(error)
    throw aboutTheDisk(failure)
      ? storageErrorOf(failure, path)
      : new StorageError(damaged(path, failure.message), error)
  }
  if (found) throw new StorageError(damaged(path, found))
  return extent
}

function readAndCheck(path: string, extent: Checked): string | null {
  using db = new DatabaseSync(path, { readOnly: true })
  defineChecksum(db)
  db.exec('PRAGMA busy_timeout = 5000')
  checkKinship(db, path)
  if (schemaOf(db) !== expectedSchema(versionOf(db))) return 'its schema is not what Parley wrote'
  return extent === 'whole' ? checkWhole(db) : checkLive(db)
}

function checkWhole(db: DatabaseSync): string | null {
  const structure = complaints(db, 'PRAGMA integrity_check(3)')
  if (structure) return structure
  for (const table of tables) {
    const wrong = wrongSums(db, table)
    if (wrong > 0) return `${wrong} rows of the table ${table} were changed by something else`
  }
  return miscounted(db)
}

function miscounted(db: DatabaseSync): string | null {
  const wrong = prepare<{ state: string }>(
    db,
    'SELECT state FROM tally WHERE events <> (SELECT count(*) FROM event WHERE event.state = tally.state)',
  ).get()
  return wrong ? `the count of ${wrong.state} events is wrong` : null
}
