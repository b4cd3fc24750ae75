import { describeInbox } from './inbox.ts'
import { sqliteWorld } from './sqlite-world.ts'

describeInbox('sqlite', async (setup = {}) => {
  const world = await sqliteWorld()
  const first = await world.open(setup)
  return { ...first, rival: () => world.open(setup), close: () => world.close() }
})
