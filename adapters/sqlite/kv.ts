import type { DatabaseSync } from 'node:sqlite'
import { prepare } from './statement.ts'

export interface KvWrite {
  readonly key: string
  readonly value: string
  /** Milliseconds since the epoch; null = kept until deleted. */
  readonly expiresAt: number | null
}

export function kvOperations(db: DatabaseSync) {
  const alive = '(expires_at IS NULL OR expires_at > ?)'
  const get = prepare<{ value: string }>(db, `SELECT value FROM kv WHERE key = ? AND ${alive}`)
  const set = prepare(
    db,
    `INSERT INTO kv (key, value, expires_at) VALUES (?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at`,
  )
  const remove = prepare(db, 'DELETE FROM kv WHERE key = ?')
  const page = prepare<{ key: string; value: string }>(
    db,
    `SELECT key, value FROM kv WHERE key > ? AND key < ? AND ${alive} ORDER BY key LIMIT ?`,
  )
  const clear = prepare(db, 'DELETE FROM kv WHERE key >= ? AND key < ?')

  return {
    /** In the order of `keys`; null where there is none, or none any more. */
    kvGet: ({ keys, at }: { keys: readonly string[]; at: number }): (string | null)[] =>
      keys.map((key) => get.get(key, at)?.value ?? null),

    kvSet({ entries }: { entries: readonly KvWrite[] }): void {
      for (const { key, value, expiresAt } of entries) set.run(key, value, expiresAt)
    },

    /** Whether any of them was there. */
    kvDelete({ keys, at }: { keys: readonly string[]; at: number }): boolean {
      const found = keys.map((key) => get.get(key, at) !== undefined)
      for (const key of keys) remove.run(key)
      return found.includes(true)
    },

    /** The next entries between two keys, both excluded, in order of their keys. */
    kvPage: (range: { after: string; before: string; at: number; limit: number }) =>
      page.all(range.after, range.before, range.at, range.limit),

    /** From `after` on, up to `before`. */
    kvClear({ after, before }: { after: string; before: string }): void {
      clear.run(after, before)
    },
  }
}

export type KvOperations = ReturnType<typeof kvOperations>
