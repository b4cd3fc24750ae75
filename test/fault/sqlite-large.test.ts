import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import { breathe, conversation, eventually, message, startWorker } from '../contract/inbox-world.ts'
import { type SqliteWorld, sqliteWorld } from '../contract/sqlite-world.ts'

/** More than is read at start. */
const ENTRIES = 2500

/** Filled once, and copied for each test. */
let filled: SqliteWorld
let world: SqliteWorld
beforeAll(async () => {
  filled = await sqliteWorld()
  await fill(filled)
})
afterAll(() => filled.close())
beforeEach(async () => {
  world = await sqliteWorld()
  cpSync(dirname(filled.path), dirname(world.path), { recursive: true })
})
afterEach(() => world.close())

/** A long memory, an event that waits, one that is between two tries, and one that is done. */
async function fill(empty: SqliteWorld): Promise<void> {
  const database = await empty.open()
  const value = 'x'.repeat(4000)
  await Promise.all(
    Array.from({ length: ENTRIES }, (_, n) => database.store.set(`past${n}`, `${n} ${value}`)),
  )
  for (const id of ['done', 'tried']) await database.inbox.admit(message(id, conversation(id)), 'turn')
  const worker = startWorker(database, async (claim) => {
    if (claim.conversation.thread === 'tried') throw new Error('not yet')
    await claim.settle({ entries: [], charge: null })
  })
  await eventually(() => worker.claims.length === 2)
  await worker.stop()
  await database.inbox.admit(message('waits', conversation('waits')), 'turn')
  const at = database.clock.now()
  const spender = { platform: 'web', workspace: 'w', channel: 'c', person: 'p' }
  await database.ledger.reserve({ id: 'r', at, expiresAt: at + 1e9, amount: 1, spender, limits: [] })
  await database.close()
}

/** As bits that flip: the sums of the rows that change are wrong. */
function damage(sql: string): void {
  using db = new DatabaseSync(world.path)
  db.enableDefensive(false)
  db.function('checksum', { deterministic: true, varargs: true }, () => 7)
  db.exec(`${sql}; PRAGMA wal_checkpoint(TRUNCATE)`)
}

/** The triggers keep count of a change that no program made. */
const uncounted = "UPDATE tally SET events = events + 1 WHERE state = 'waiting'"

it.each([
  ['an event that waits', "UPDATE event SET body = '{}' WHERE state = 'waiting'"],
  ['an event that will be tried again', "UPDATE event SET body = '{}' WHERE state = 'claimed'"],
  [
    'the state of an event that waits',
    `UPDATE event SET state = 'dead' WHERE state = 'waiting'; ${uncounted}`,
  ],
  ['a conversation with something to do', "UPDATE conversation SET busy = 1 WHERE thread = 'waits'"],
  ['what is tried', "UPDATE batch SET draft = '{}'"],
  ['the counter of fences', "UPDATE counter SET value = 0 WHERE name = 'fence'"],
  ['money that is reserved', 'UPDATE reservation SET amount = 0'],
])('refuses a large file at start in which %s was changed', async (_, sql) => {
  damage(sql)
  const before = readFileSync(world.path)
  await expect(world.open()).rejects.toThrow('changed by something else')
  expect(readFileSync(world.path).equals(before)).toBe(true)
})

it('refuses a large file at start of which a byte flipped in the words of a waiting message', async () => {
  const bytes = readFileSync(world.path)
  const at = bytes.indexOf('text of waits')
  bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at)
  writeFileSync(world.path, bytes)
  await expect(world.open()).rejects.toThrow('1 waiting events are missing or were changed')
})

it('refuses a large file whose index of waiting events lacks one', async () => {
  const rewrite = (from: string, to: string): string =>
    `PRAGMA writable_schema = 1;
     UPDATE sqlite_schema SET sql = replace(sql, '''${from}''', '''${to}''') WHERE name = 'event_waiting';
     PRAGMA writable_schema = RESET`
  damage(`${rewrite('waiting', 'dead')}; REINDEX event_waiting; ${rewrite('dead', 'waiting')}`)
  await expect(world.open()).rejects.toThrow('1 waiting events are missing')
})

it('finds what was changed in the past of a large file a while after the start, and says so in its health', async () => {
  damage(`UPDATE kv SET value = '"0"' WHERE key = 'past${ENTRIES - 1}'`)
  const database = await world.open()
  expect(await database.health()).toMatchObject({ healthy: true })
  await eventually(async () => !(await database.health()).healthy, [database], 2000)
  expect(await database.health()).toMatchObject({
    words: expect.stringMatching(/1 rows of the table kv were changed.*restore/),
  })
  expect(await database.store.get('past0')).toBeTypeOf('string')
})

it('finds nothing wrong with a large file that is sound', async () => {
  const database = await world.open()
  for (let n = 0; n < 60; n++) {
    await database.clock.advance(2000)
    await breathe(1)
  }
  expect(await database.health()).toMatchObject({ healthy: true })
})
