import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { prepare } from './statement.ts'

/** The SQL function behind each table's `sum` column. Without it rows can be read by other programs, not written. */
export function defineChecksum(db: DatabaseSync): void {
  db.function('checksum', { deterministic: true, varargs: true }, (...values) =>
    crc32(JSON.stringify(values)),
  )
}

/** How many rows of the table don't match their sum. SQLite's own check looks at structure, not at content. */
export function wrongSums(db: DatabaseSync, table: string, where = '1'): number {
  const expression = /\bsum INTEGER NOT NULL\s+GENERATED ALWAYS AS \((checksum\([^)]*\))\) STORED/.exec(
    prepare<{ sql: string }>(db, 'SELECT sql FROM sqlite_schema WHERE name = ?').get(table)?.sql ?? '',
  )?.[1]
  if (!expression) return 0
  const count = prepare<{ wrong: number }>(
    db,
    `SELECT count(*) AS wrong FROM ${table} NOT INDEXED WHERE (${where}) AND sum IS NOT ${expression}`,
  )
  return count.get()?.wrong ?? 0
}
