import type { DatabaseSync } from 'node:sqlite'
import { prepare } from './statement.ts'

/** What one of SQLite's own checks finds fault with; null when all is well. */
export function complaints(db: DatabaseSync, pragma: string): string | null {
  const rows = prepare<Record<string, string>>(db, pragma).all()
  const said = rows.flatMap((row) => Object.values(row)).filter((line) => line !== 'ok')
  return said.length > 0 ? said.join('; ').slice(0, 300) : null
}
