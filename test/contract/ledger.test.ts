import { describeLedger } from './ledger.ts'
import { sqliteWorld } from './sqlite-world.ts'

describeLedger('sqlite', async () => {
  const world = await sqliteWorld()
  return { ...(await world.open()), close: () => world.close() }
})
