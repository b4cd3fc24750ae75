import { keyvApiTests, keyvIteratorTests, keyvNamespaceTest, keyvValueTests } from '@keyv/test-suite'
import Keyv, { type KeyvStoreAdapter } from 'keyv'
import * as vitest from 'vitest'
import { openSqlite, type Sqlite } from '../../adapters/sqlite/sqlite.ts'
import { systemChance, systemClock } from '../../adapters/system/clock.ts'
import { silent, sqliteWorld } from './sqlite-world.ts'
import { describeStore } from './store.ts'

vitest.describe('Keyv on sqlite', () => {
  let database: Sqlite
  vitest.beforeAll(async () => {
    // The suite moves `Date` and waits in real time, so the clock is the machine's.
    database = await openSqlite({
      path: ':memory:',
      clock: systemClock(),
      chance: systemChance(),
      log: silent,
    })
  })
  vitest.afterAll(() => database.close())
  const storage = (): KeyvStoreAdapter => database.storage()

  vitest.describe('api', () => keyvApiTests(vitest, Keyv, storage))
  vitest.describe('values', () => keyvValueTests(vitest, Keyv, storage))
  vitest.describe('namespaces', () => keyvNamespaceTest(vitest, Keyv, storage))
  vitest.describe('iteration', () => keyvIteratorTests(vitest, Keyv, storage))
})

describeStore('sqlite', async () => {
  const world = await sqliteWorld()
  return { ...(await world.open()), close: () => world.close() }
})
