import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defineChecksum } from '../../adapters/sqlite/checksum.ts'
import { breathe, conversation, eventually, message, startWorker } from '../contract/inbox-world.ts'
import { type SqliteWorld, sqliteWorld } from '../contract/sqlite-world.ts'

const day = 86_400_000

let world: SqliteWorld
beforeEach(async () => {
  world = await sqliteWorld()
})
afterEach(() => world.close())

type Table = 'event' | 'conversation' | 'kv' | 'reservation' | 'owner'

function count(table: Table): number {
  using db = new DatabaseSync(world.path, { readOnly: true })
  return Number(db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.n)
}

function textLeft(text: string): number {
  using db = new DatabaseSync(world.path, { readOnly: true })
  return Number(db.prepare('SELECT count(*) AS n FROM event WHERE body LIKE ?').get(`%${text}%`)?.n)
}

it('forgets the words of an event once it is settled, and the event after seven days', async () => {
  const database = await world.open()
  await database.inbox.admit(message('m1'), 'turn')
  expect(textLeft('text of m1')).toBe(1)
  const worker = startWorker(database)
  await eventually(async () => (await database.inbox.depth()).waiting === 0 && worker.claims.length === 1)
  await worker.stop()
  expect(textLeft('text of m1')).toBe(0)
  await database.clock.advance(6.9 * day)
  await breathe()
  expect(await database.inbox.admit(message('m1'), 'turn')).toBe('duplicate')
  database.clock.jump(0.2 * day)
  await eventually(() => count('event') === 0, [database], 60_000)
  expect(count('conversation')).toBe(0)
})

it('keeps dead letters for thirty days', async () => {
  const database = await world.open({ attempts: 1 })
  await database.inbox.admit(message('m1'), 'turn')
  const worker = startWorker(database, () => Promise.reject(new Error('never works')))
  await eventually(async () => (await database.inbox.depth()).dead === 1)
  await worker.stop()
  database.clock.jump(29 * day)
  await database.clock.advance(60_000)
  await breathe()
  expect(count('event')).toBe(1)
  database.clock.jump(1.1 * day)
  await eventually(() => count('event') === 0, [database], 60_000)
})

it('removes expired entries and reservations, in portions, and keeps the rest', async () => {
  const database = await world.open()
  await Promise.all(Array.from({ length: 1200 }, (_, n) => database.store.set(`k${n}`, n, 1000)))
  await database.store.set('kept', 1)
  const spender = { platform: 'web', workspace: 'w', channel: 'c', person: 'p' }
  const at = database.clock.now()
  await database.ledger.reserve({ id: 'r', at, expiresAt: at + 1000, amount: 1, spender, limits: [] })
  await eventually(() => count('kv') === 1 && count('reservation') === 0, [database], 30_000)
  expect(await database.store.get('kept')).toBe(1)
})

it('leaves no owner behind when it is closed', async () => {
  const database = await world.open()
  await database.inbox.admit(message('m1'), 'turn')
  const worker = startWorker(database)
  await eventually(() => worker.claims.length === 1)
  await worker.stop()
  expect(count('owner')).toBe(1)
  await database.close()
  expect(count('owner')).toBe(0)
})

it('claims and admits as fast with a long past as without', async () => {
  const database = await world.open()
  await database.close()
  fill(20_000)
  const again = await world.open()
  const start = performance.now()
  const worker = startWorker(again)
  for (let n = 0; n < 20; n++) {
    await again.inbox.admit(message(`new${n}`, conversation(`c${n}`)), 'turn')
    await eventually(() => worker.claims.length > n)
  }
  await worker.stop()
  // Each took a few milliseconds on an idle machine; a scan of the past alone takes longer than this allows.
  expect((performance.now() - start) / 20).toBeLessThan(100)
})

/** Settled events, as years of work leave them when nothing is purged. */
function fill(rows: number): void {
  using db = new DatabaseSync(world.path)
  defineChecksum(db)
  db.exec(`
    INSERT INTO conversation (platform, workspace, channel, thread) VALUES ('web', 'w', 'c', 'old');
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${rows})
    INSERT INTO event (platform, event, conversation, lane, kind, message, state, changed_at)
    SELECT 'web', 'old' || i, 1, 'turn', 'message', 'm' || i, 'settled', 1 FROM n;`)
}
