import { dirname } from 'node:path'
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest'
import { startThread } from '../../adapters/sqlite/thread.ts'
import { StorageError } from '../../src/ports/failure.ts'
import { eventually, message, startWorker } from '../contract/inbox-world.ts'
import { type SqliteWorld, sqliteWorld } from '../contract/sqlite-world.ts'

let world: SqliteWorld
beforeEach(async () => {
  world = await sqliteWorld()
})
afterEach(() => world.close())

it('rejects what waits, and says that it is unhealthy, when the database thread dies', async () => {
  const thread = await startThread()
  const { inbox, store, health } = await world.open({ thread: async () => thread })
  const waiting = Promise.allSettled([inbox.admit(message('m1'), 'turn'), store.get('a'), store.set('a', 1)])
  await thread.worker.terminate()
  for (const each of await waiting)
    expect(each).toMatchObject({ status: 'rejected', reason: expect.any(StorageError) })
  await expect(inbox.depth()).rejects.toThrow('ended unexpectedly')
  expect(await health()).toMatchObject({
    healthy: false,
    words: expect.stringContaining('Start Parley again'),
  })
})

it.each([
  ['waits for events', 0],
  ['has its hands full', 1],
])('ends the work for good when the database thread dies while it %s', async (_, events) => {
  const thread = await startThread()
  const database = await world.open({ thread: async () => thread })
  for (let n = 0; n < events; n++) await database.inbox.admit(message(`m${n}`), 'turn')
  const worker = startWorker(database, () => new Promise(() => undefined), { concurrency: 1 })
  await eventually(() => worker.claims.length === events)
  await thread.worker.terminate()
  await expect(worker.worked).rejects.toThrow('ended unexpectedly')
})

it('refuses more operations than may wait, in words', async () => {
  const { store } = await world.open({ bounds: { operations: 10 } })
  const all = await Promise.allSettled(Array.from({ length: 11 }, (_, n) => store.set(`k${n}`, n)))
  expect(all.filter((each) => each.status === 'fulfilled')).toHaveLength(10)
  expect(all[10]).toMatchObject({
    status: 'rejected',
    reason: { words: expect.stringMatching(/10 operations wait.*Try again in a moment/) },
  })
  expect(await store.set('later', 1)).toBe(true)
})

it('does what was asked before it is closed, and refuses what is asked after', async () => {
  const database = await world.open()
  const asked = database.store.set('a', 1)
  const closed = database.close()
  expect(await asked).toBe(true)
  await closed
  await expect(database.store.set('b', 1)).rejects.toThrow('was closed')
  expect(await (await world.open()).store.get('a')).toBe(1)
})

it('a thread takes one database after the other, also after one that it refused', async () => {
  const { worker } = await startThread()
  onTestFinished(async () => void (await worker.terminate()))
  let freed = 0
  const thread = async () => ({ worker, free: async () => void freed++ })
  const first = await world.open({ thread })
  await first.store.set('a', 1)
  await first.close()
  await expect(world.open({ thread, path: dirname(world.path) })).rejects.toThrow('is not a file')
  expect(await (await world.open({ thread })).store.get('a')).toBe(1)
  expect(freed).toBe(2)
  expect(worker.listenerCount('exit')).toBe(1)
})

it('a thread of its own has ended when the database is closed', async () => {
  const thread = await startThread()
  let hasEnded = false
  thread.worker.once('exit', () => {
    hasEnded = true
  })
  await (await world.open({ thread: async () => thread })).close()
  expect(hasEnded).toBe(true)
})

it('does not hold the event loop up while it works', async () => {
  const { store } = await world.open()
  const value = 'x'.repeat(2000)
  let longest = 0
  let last = performance.now()
  const timer = setInterval(() => {
    longest = Math.max(longest, performance.now() - last)
    last = performance.now()
  }, 1)
  for (let round = 0; round < 5; round++)
    await Promise.all(Array.from({ length: 100 }, (_, n) => store.set(`${round}-${n}`, value)))
  clearInterval(timer)
  expect(longest).toBeLessThan(250)
})
