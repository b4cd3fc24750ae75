import { DatabaseSync } from 'node:sqlite'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { defineChecksum } from '../../adapters/sqlite/checksum.ts'
import { eventually, message, startWorker } from '../contract/inbox-world.ts'
import { type SqliteWorld, sqliteWorld } from '../contract/sqlite-world.ts'

let world: SqliteWorld
beforeEach(async () => {
  world = await sqliteWorld()
})
afterEach(() => world.close())

/** What a claim says and leaves when it comes back with one failure and this many ends of its process behind it. */
async function afterDeaths(count: number): Promise<{ told: string[]; claims: number; dead: number }> {
  const database = await world.open({ deaths: 3 })
  await database.inbox.admit(message('m1'), 'turn')
  const told: string[] = []
  const worker = startWorker(database, () => Promise.reject(new Error('the model is away')), {
    onDead: async (_, error) => void told.push(error instanceof Error ? error.message : ''),
  })
  await eventually(() => failures() === 1)
  remember(count)
  await eventually(
    async () => worker.claims.length > 1 || (await database.inbox.depth()).dead > 0,
    [database],
  )
  await worker.stop()
  return { told, claims: worker.claims.length, dead: (await database.inbox.depth()).dead }
}

function failures(): unknown {
  using db = new DatabaseSync(world.path, { readOnly: true })
  return db.prepare('SELECT failures FROM batch').get()?.failures
}

function remember(deaths: number): void {
  using db = new DatabaseSync(world.path, { timeout: 5_000 })
  defineChecksum(db)
  db.prepare('UPDATE batch SET attempt = attempt + ?').run(deaths)
}

it('handles a claim again while its process did not end too often in the middle of it', async () => {
  expect(await afterDeaths(2)).toEqual({ told: [], claims: 2, dead: 0 })
})

it('names the ends of the process as the reason, not an earlier failure', async () => {
  const told = ['The process ended 4 times while it handled this']
  expect(await afterDeaths(4)).toEqual({ told, claims: 1, dead: 1 })
})

it('parks a claim without last words when the process keeps ending in the middle of those too', async () => {
  expect(await afterDeaths(6)).toEqual({ told: [], claims: 1, dead: 1 })
})
