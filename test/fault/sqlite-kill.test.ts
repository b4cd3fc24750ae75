import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Sqlite } from '../../adapters/sqlite/sqlite.ts'
import { eventually, ids, startWorker } from '../contract/inbox-world.ts'
import { type SqliteWorld, sqliteWorld } from '../contract/sqlite-world.ts'
import { seededChance } from '../fakes/clock.ts'
import { startProcess } from './sqlite-process.ts'

let world: SqliteWorld
beforeEach(async () => {
  world = await sqliteWorld()
})
afterEach(() => world.close())

it('hands the claim of a killed process over at once after the restart, as attempt 2 with its draft', async () => {
  const child = startProcess(world.path, 'claim')
  await child.said('claimed 1')
  await child.kill()
  const database = await world.open()
  const worker = startWorker(database)
  // No clock moves: the lease is not waited for, since its process is certainly gone.
  await eventually(() => worker.claims.length === 1)
  await worker.stop()
  expect(worker.claims[0]).toMatchObject({
    attempt: 2,
    events: [{ id: 'message:m1' }],
    draft: { turn: 't1', parts: [{ nonce: 'n1', ref: { channel: 'general', id: 'a1' } }] },
  })
  expect(await database.inbox.depth()).toEqual({ waiting: 0, claimed: 0, dead: 0 })
})

it('gives up an event that kills its process every time, without handling it once more', async () => {
  for (const attempt of [1, 2]) {
    const child = startProcess(world.path, 'claim')
    await child.said(`claimed ${attempt}`)
    await child.kill()
  }
  const database = await world.open({ attempts: 1, deaths: 2 })
  const dead: unknown[] = []
  const worker = startWorker(database, undefined, {
    onDead: async (claim, error) => {
      dead.push([claim.events[0]?.id, claim.draft?.turn, error instanceof Error && error.message])
    },
  })
  await eventually(async () => (await database.inbox.depth()).dead === 1)
  await worker.stop()
  expect(worker.claims).toEqual([])
  expect(dead).toEqual([['message:m1', 't1', 'The process ended 2 times while it handled this']])
})

const kills = process.env.PARLEY_FAULT === 'full' ? 100 : 2

it(`keeps what it confirmed when it is killed at any moment, ${kills} times`, async () => {
  const seed = Date.now()
  const chance = seededChance(seed)
  const admitted = new Set<string>()
  const settled = new Set<string>()
  for (let n = 0; n < kills; n++) {
    const child = startProcess(world.path, 'churn')
    await child.said('settled')
    await new Promise((resolve) => setTimeout(resolve, chance.random() * 60))
    await child.kill()
    for (const line of child.lines) {
      const [what, id = ''] = line.split(' ')
      if (what === 'admitted') admitted.add(`message:${id}`)
      if (what === 'settled') settled.add(id)
    }
  }
  const database = await world.open()
  const left = await drain(database)
  const message = `seed ${seed}`
  for (const id of settled) {
    expect(await database.store.get(`done:${id}`), message).toBeTypeOf('number')
    expect(left, message).not.toContain(id)
  }
  for (const id of admitted)
    if (!left.has(id)) expect(await database.store.get(`done:${id}`), `${message} ${id}`).toBeTypeOf('number')
  expect(admitted.size).toBeGreaterThan(kills)
}, 120_000)

async function drain(database: Sqlite & Parameters<typeof startWorker>[0]): Promise<Set<string>> {
  const worker = startWorker(database)
  await eventually(async () => {
    const { waiting, claimed } = await database.inbox.depth()
    return waiting + claimed === 0
  })
  await worker.stop()
  return new Set(worker.claims.flatMap(ids).map((id) => `message:${id}`))
}
