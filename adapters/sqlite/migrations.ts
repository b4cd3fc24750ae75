import { DatabaseSync } from 'node:sqlite'
import { StorageError } from '../../src/ports/failure.ts'
import { defineChecksum } from './checksum.ts'
import { steps } from './schema.ts'
import { prepare } from './statement.ts'

/** "PRLY": tells Parley's files from any other SQLite database. */
export const applicationId = 0x50524c59

export const schemaVersion = steps.length

export function versionOf(db: DatabaseSync): number {
  return prepare<{ user_version: number }>(db, 'PRAGMA user_version').get()?.user_version ?? 0
}

/** Runs the steps that are missing, each in a transaction of its own with its version. */
export function migrate(db: DatabaseSync, to: readonly string[] = steps): void {
  for (const [index, step] of to.entries()) {
    if (index < versionOf(db)) continue
    db.exec('BEGIN IMMEDIATE')
    try {
      // Another process may have run the step while this one waited for the lock.
      if (index >= versionOf(db)) {
        db.exec(step)
        db.exec(`PRAGMA user_version = ${index + 1}`)
      }
      db.exec('COMMIT')
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }
}

/** Rejects files that are another program's or a later Parley's. */
export function checkKinship(db: DatabaseSync, path: string): void {
  const found = prepare<{ application_id: number }>(db, 'PRAGMA application_id').get()?.application_id
  if (found !== applicationId)
    throw new StorageError(
      `${path} is a SQLite database, but not Parley's, or its header is damaged; it is kept untouched. ` +
        'Point DATABASE_URL to another file, restore a copy, or move the file away.',
    )
  const version = versionOf(db)
  if (version > schemaVersion)
    throw new StorageError(
      `${path} was written by a later version of Parley (schema ${version}; this one knows ${schemaVersion}). ` +
        'It is kept untouched. Start the later version, or restore a copy from before the update.',
    )
  if (version < 1)
    throw new StorageError(
      `${path} has no schema version: it is damaged. It is kept untouched. Restore a copy, or move it away to start anew.`,
    )
}

/** The schema that a file of this version has, statement by statement. */
export function expectedSchema(version: number): string {
  using db = new DatabaseSync(':memory:')
  defineChecksum(db)
  migrate(db, steps.slice(0, version))
  return schemaOf(db)
}

export function schemaOf(db: DatabaseSync): string {
  const rows = prepare<{ text: string }>(
    db,
    `SELECT type || ' ' || name || ' ' || tbl_name || ' ' || coalesce(sql, '') AS text FROM sqlite_schema
     WHERE name NOT LIKE 'sqlite_stat%' ORDER BY type, name`,
  )
  return rows
    .all()
    .map((row) => row.text)
    .join('\n')
}
