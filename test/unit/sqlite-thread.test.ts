import type { Worker } from 'node:worker_threads'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { StorageError } from '../../src/ports/failure.ts'
import { eventually, message, startWorker } from '../contract/inbox-world.ts'
import { type SqliteWorld, sqliteWorld } from '../contract/sqlite-world.ts'

let world: SqliteWorld
beforeEach(async () => {
  world = await sqliteWorld()
})
afterEach(() => world.close())

it('rejects what waits, and says that it is unhealthy, when the database thread dies', async () => {
  const threads: Worker[] = []
  process.once('worker', (thread) => threads.push(thread))
  const { inbox, store, health } = await world.open()
  const waiting = Promise.allSettled([inbox.admit(message('m1'), 'turn'), store.get('a'), store.set('a', 1)])
  await threads[0]?.terminate()
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
  const threads: Worker[] = []
  process.once('worker', (thread) => threads.push(thread))
  const database = await world.open()
  for (let n = 0; n < events; n++) await database.inbox.admit(message(`m${n}`), 'turn')
  const worker = startWorker(database, () => new Promise(() => undefined), { concurrency: 1 })
  await eventually(() => worker.claims.length === events)
  await threads[0]?.terminate()
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
