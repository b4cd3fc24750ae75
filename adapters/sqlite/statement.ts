import type { DatabaseSync, SQLInputValue } from 'node:sqlite'

/** A prepared statement and the shape of its rows; STRICT tables hold the shape to what the query says. */
export interface Statement<Row> {
  get(...values: SQLInputValue[]): Row | undefined
  all(...values: SQLInputValue[]): Row[]
  /** How many rows it changed. */
  run(...values: SQLInputValue[]): number
}

export function prepare<Row = never>(db: DatabaseSync, sql: string): Statement<Row> {
  const statement = db.prepare(sql)
  return {
    get: (...values) => statement.get(...values) as Row | undefined,
    all: (...values) => statement.all(...values) as Row[],
    run: (...values) => Number(statement.run(...values).changes),
  }
}
