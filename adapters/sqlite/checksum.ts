import type { DatabaseSync } from 'node:sqlite'
import { crc32 } from 'node:zlib'
import { prepare } from './statement.ts'

/** The SQL function behind each table's `sum` column. Without it rows can be read by other programs, not written. */
export function defineChecksum(db: DatabaseSync): void {
  db.function('checksum', { deterministic: true, varargs: true }, (...values) =>
    crc32(JSON.stringify(values)),
  )
}

/**
 * The SQL condition that holds for rows of the table as Parley wrote them; for all where the table has no sums. SQLite's
 * own check looks at structure, not at content.
 */
export function sumHolds(db: DatabaseSync, table: string): string {
  const { sql = '' } =
    prepare<{ sql: string }>(db, 'SELECT sql FROM sqlite_schema WHERE name = ?').get(table) ?? {}
  const [, sum] =
    /\bsum INTEGER NOT NULL\s+GENERATED ALWAYS AS \((checksum\([^)]*\))\) STORED/.exec(sql) ?? []
  return sum ? `sum IS ${sum}` : '1'
}

/** How many rows of the table don't match their sum. */
export function wrongSums(db: DatabaseSync, table: string): number {
  const wrong = `SELECT count(*) AS wrong FROM ${table} NOT INDEXED WHERE NOT (${sumHolds(db, table)})`
  return prepare<{ wrong: number }>(db, wrong).get()?.wrong ?? 0
}
