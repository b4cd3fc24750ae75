import { afterEach, describe } from 'vitest'
import { inboxAdmission } from './inbox-admission.ts'
import { inboxAmending } from './inbox-amending.ts'
import { inboxHandover } from './inbox-handover.ts'
import { inboxLeases } from './inbox-leases.ts'
import { inboxRaces } from './inbox-races.ts'
import { inboxRetries } from './inbox-retries.ts'
import type { InboxWorld, MakeInbox } from './inbox-world.ts'

/** What every Inbox promises, with the Store and the Ledger that commit together with it. */
export function describeInbox(name: string, makeWorld: MakeInbox): void {
  describe(`Inbox: ${name}`, () => {
    const worlds: InboxWorld[] = []
    const make: MakeInbox = async (setup) => {
      const world = await makeWorld(setup)
      worlds.push(world)
      return world
    }
    afterEach(async () => {
      await Promise.all(worlds.splice(0).map((world) => world.close()))
    })
    inboxAdmission(make)
    inboxHandover(make)
    inboxAmending(make)
    inboxRetries(make)
    inboxLeases(make)
    inboxRaces(make)
  })
}
