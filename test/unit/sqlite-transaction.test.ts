import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { defineChecksum } from '../../adapters/sqlite/checksum.ts'
import { migrate } from '../../adapters/sqlite/migrations.ts'
import { operations } from '../../adapters/sqlite/operations.ts'
import { prepare } from '../../adapters/sqlite/statement.ts'
import { type Request, runTogether } from '../../adapters/sqlite/transaction.ts'

function open() {
  const db = new DatabaseSync(':memory:')
  defineChecksum(db)
  migrate(db)
  let commits = 0
  const failing = new Set<string>()
  const spied = new Proxy(db, {
    get: (target, name) => {
      const value = Reflect.get(target, name, target) as unknown
      if (name === 'exec')
        return (sql: string) => {
          if (failing.delete(sql)) throw new Error(`disk I/O error in ${sql}`)
          if (sql === 'COMMIT') commits++
          target.exec(sql)
        }
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  const prepared = operations(db)
  const run = (...requests: Omit<Request, 'id'>[]) =>
    runTogether(
      spied,
      prepared,
      requests.map((request, id) => ({ ...request, id })),
    )
  return { db, run, failing, commits: () => commits }
}

function set(key: string, value: string | null = 'v'): Omit<Request, 'id'> {
  return { name: 'kvSet', input: { entries: [{ key, value, expiresAt: null }] } }
}

function get(...keys: string[]): Omit<Request, 'id'> {
  return { name: 'kvGet', input: { keys, at: 0 } }
}

it('commits what arrives together once', () => {
  const { run, commits } = open()
  const replies = run(...Array.from({ length: 100 }, (_, n) => set(`k${n}`)))
  expect(replies.every((reply) => reply.kind === 'done')).toBe(true)
  expect(commits()).toBe(1)
})

it('opens no transaction for reads alone', () => {
  const { run, commits } = open()
  run(get('a'), get('b'))
  expect(commits()).toBe(0)
})

it('answers a read with what was written before it', () => {
  const { run } = open()
  expect(run(set('a'), get('a'))[1]).toEqual({ id: 1, kind: 'done', value: ['v'] })
})

it('lets a failing operation fail alone, with nothing of it done', () => {
  const { run } = open()
  const half = {
    name: 'kvSet',
    input: {
      entries: [
        { key: 'half', value: 'v', expiresAt: null },
        { key: 'bad', value: null, expiresAt: null },
      ],
    },
  } as const
  const replies = run(set('a'), half, set('b'), get('a', 'b', 'half'))
  expect(replies.map((reply) => reply.kind)).toEqual(['done', 'failed', 'done', 'done'])
  expect(replies[3]).toMatchObject({ value: ['v', 'v', null] })
})

it('refuses only the write that no longer fits on a full disk', () => {
  const { db, run } = open()
  const pages = prepare<{ page_count: number }>(db, 'PRAGMA page_count').get()?.page_count ?? 0
  db.exec(`PRAGMA max_page_count = ${pages + 2}`)
  const replies = run(set('a'), set('large', 'x'.repeat(1_000_000)), set('b'))
  expect(replies.map((reply) => reply.kind)).toEqual(['done', 'failed', 'done'])
  expect(replies[1]).toMatchObject({ failure: { code: 13 } })
  expect(run(get('a', 'b', 'large'))[0]).toMatchObject({ value: ['v', 'v', null] })
  db.exec('PRAGMA max_page_count = 1000000')
  expect(run(set('large', 'x'.repeat(1_000_000)))[0]?.kind).toBe('done')
})

it('fails all of them when nothing can be committed', () => {
  const { db, run } = open()
  db.exec('PRAGMA query_only = 1')
  const replies = run(set('a'), set('b'))
  expect(replies.map((reply) => reply.kind)).toEqual(['failed', 'failed'])
})

it('takes nothing of a transaction that could not be rolled back into the next, and goes on', () => {
  const { run, failing } = open()
  failing.add('COMMIT').add('ROLLBACK')
  expect(run(set('a'))[0]).toMatchObject({
    kind: 'failed',
    failure: { message: 'disk I/O error in ROLLBACK' },
  })
  expect(run(get('a'))[0]).toMatchObject({ value: [null] })
  expect(run(set('b'), get('a', 'b'))[1]).toMatchObject({ value: [null, 'v'] })
})

it('commits nothing when what a failed operation did can not be undone', () => {
  const { run, failing } = open()
  failing.add('ROLLBACK TO one')
  const half = {
    name: 'kvSet',
    input: { entries: [{ key: 'half', value: 'v', expiresAt: null }, null] },
  } as const
  expect(run(set('a'), half).map((reply) => reply.kind)).toEqual(['failed', 'failed'])
  expect(run(get('a', 'half'))[0]).toMatchObject({ value: [null, null] })
})
