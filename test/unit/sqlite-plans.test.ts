import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { defineChecksum } from '../../adapters/sqlite/checksum.ts'
import { migrate } from '../../adapters/sqlite/migrations.ts'
import { operations } from '../../adapters/sqlite/operations.ts'
import { prepare } from '../../adapters/sqlite/statement.ts'

/** Every statement the database thread prepares, those made on demand for filtered sums included. */
function statements(db: DatabaseSync): string[] {
  const seen: string[] = []
  const spy = new Proxy(db, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target) as unknown
      if (name !== 'prepare') return typeof value === 'function' ? value.bind(target) : value
      return (sql: string) => {
        seen.push(sql)
        return target.prepare(sql)
      }
    },
  })
  const prepared = operations(spy)
  for (const filter of [{}, { person: 'p' }, { platform: 'w', workspace: 'w', channel: 'c', person: 'p' }])
    prepared.spent({ filter, since: 1, now: 1 })
  return seen
}

/** Indexes that hold only what is still to be done: reading them whole is short. */
const short = /USING (COVERING )?INDEX (conversation_ready|event_now|batch_free|batch_owned)/

it('reads no table that grows with the past from end to end', () => {
  const db = new DatabaseSync(':memory:')
  defineChecksum(db)
  migrate(db)
  const scans = statements(db).flatMap((sql) =>
    prepare<{ detail: string }>(db, `EXPLAIN QUERY PLAN ${sql}`)
      .all()
      .map((row) => row.detail)
      .filter((line) => /^SCAN (event|one|earlier|conversation|kv|charge|spending|batch)\b/.test(line))
      .filter((line) => !short.test(line))
      .map((line) => `${line}: ${sql}`),
  )
  expect(scans).toEqual([])
})
