import type { DatabaseSync } from 'node:sqlite'
import { sumHolds } from './checksum.ts'
import { aboutTheDisk, failureOf } from './sqlite-words.ts'
import { prepare } from './statement.ts'

/** Rows read in one go: bounds how long an inspection holds other work up, some milliseconds. */
const PORTION = 500

/** Where an inspection has come to. */
export interface Place {
  readonly table: number
  readonly after: number
}

export type Inspected =
  | { readonly kind: 'next'; readonly place: Place }
  | { readonly kind: 'over' }
  /** What is damaged. */
  | { readonly kind: 'wrong'; readonly found: string }

export const start: Place = { table: 0, after: Number.MIN_SAFE_INTEGER }

/** The tables that grow; the others are checked at each start. */
const tables = [
  { name: 'event', rows: `rowid > ? ORDER BY rowid LIMIT ${PORTION}`, place: 'rowid' },
  { name: 'conversation', rows: `rowid > ? ORDER BY rowid LIMIT ${PORTION}`, place: 'rowid' },
  { name: 'kv', rows: `rowid > ? ORDER BY rowid LIMIT ${PORTION}`, place: 'rowid' },
  { name: 'charge', rows: `rowid > ? ORDER BY rowid LIMIT ${PORTION}`, place: 'rowid' },
  { name: 'spending', rows: 'day = (SELECT min(day) FROM spending WHERE day > ?)', place: 'day' },
]

export function inspectionOperations(db: DatabaseSync) {
  const portions = tables.map(({ name, rows, place }) =>
    prepare<{ wrong: number; last: number | null }>(
      db,
      `SELECT count(*) FILTER (WHERE NOT (${sumHolds(db, name)})) AS wrong, max(place) AS last
       FROM (SELECT *, ${place} AS place FROM ${name} NOT INDEXED WHERE ${rows})`,
    ),
  )

  function portion({ table, after }: Place): Inspected {
    const read = portions[table]?.get(after)
    if (!read) return { kind: 'over' }
    if (read.wrong > 0)
      return {
        kind: 'wrong',
        found: `${read.wrong} rows of the table ${tables[table]?.name} were changed by something else`,
      }
    const place = read.last === null ? { ...start, table: table + 1 } : { table, after: read.last }
    return { kind: 'next', place }
  }

  return {
    /** Reads the next rows, whatever their state, and holds them against their sums. */
    inspect(place: Place): Inspected {
      try {
        return portion(place)
      } catch (error) {
        const failure = failureOf(error)
        if (aboutTheDisk(failure)) throw error
        return { kind: 'wrong', found: failure.message }
      }
    },
  }
}
