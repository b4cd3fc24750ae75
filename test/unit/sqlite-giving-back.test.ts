import { afterEach, expect, it } from 'vitest'
import { type Connection, connect } from '../../adapters/sqlite/connection.ts'
import { createInbox } from '../../adapters/sqlite/inbox.ts'
import type { OperationName } from '../../adapters/sqlite/operations.ts'
import { thisProcess } from '../../adapters/sqlite/process-identity.ts'
import { StaleFence, StorageError } from '../../src/ports/failure.ts'
import type { Claim } from '../../src/ports/inbox.ts'
import { breathe, done, eventually, message, startWorker } from '../contract/inbox-world.ts'
import { silent } from '../contract/sqlite-world.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { warmThread } from '../fakes/database-threads.ts'

const leaseMs = 6000
const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})

/** An inbox whose database refuses the operations in `broken`. */
async function fragileInbox() {
  const clock = simulatedClock()
  const broken = new Set<OperationName>()
  const real = await connect(':memory:', 'test', 1000, warmThread)
  const connection: Connection = {
    ...real,
    call: (name, input) =>
      broken.has(name) ? Promise.reject(new StorageError(`${name} is broken`)) : real.call(name, input),
  }
  const bounds = { conversation: 200, total: 1000 }
  const owner = thisProcess('me')
  const inbox = await createInbox({
    connection,
    owner,
    clock,
    log: silent,
    attempts: 5,
    deaths: 100,
    bounds,
    leaseMs,
  })
  closing.push(async () => {
    broken.clear()
    await inbox.close()
    await real.close()
  })
  const process = { inbox, clock }
  return { ...process, broken, process }
}

it('tries a failed claim again although the disk refused to give it back', async () => {
  const { inbox, broken, process } = await fragileInbox()
  await inbox.admit(message('m1'), 'turn')
  let tries = 0
  const handle = async (claim: Claim): Promise<void> => {
    if (++tries > 1) return claim.settle(done)
    broken.add('fail')
    throw new Error('as planned')
  }
  const worker = startWorker(process, handle)
  await eventually(() => tries === 1)
  await breathe()
  broken.clear()
  await eventually(() => worker.claims.length === 2, [process])
  await worker.stop()
  expect(worker.claims[1]).toMatchObject({ attempt: 2, events: [{ id: 'message:m1' }] })
})

it('counts a settlement that failed as a failed try', async () => {
  const { inbox, broken, process } = await fragileInbox()
  await inbox.admit(message('m1'), 'turn')
  broken.add('settle')
  const worker = startWorker(process)
  await eventually(() => worker.claims.length === 1)
  await breathe()
  broken.clear()
  await eventually(() => worker.claims.length === 2, [process])
  await worker.stop()
  expect(await inbox.depth()).toEqual({ waiting: 0, claimed: 0, dead: 0 })
})

it('stops a turn whose lease could not be renewed in time, and takes the events up again later', async () => {
  const { inbox, clock, broken, process } = await fragileInbox()
  await inbox.admit(message('m1'), 'turn')
  let tries = 0
  const handle = (claim: Claim): Promise<void> => {
    if (++tries > 1) return claim.settle(done)
    return new Promise((_, reject) =>
      claim.signal.addEventListener('abort', () => reject(claim.signal.reason)),
    )
  }
  const worker = startWorker(process, handle)
  await eventually(() => worker.claims.length === 1)
  const start = clock.elapsed()
  broken.add('beat')
  await eventually(() => worker.claims[0]?.signal.aborted === true, [process])
  expect(worker.claims[0]?.signal.reason).toBeInstanceOf(StaleFence)
  expect(clock.elapsed() - start).toBeLessThanOrEqual(leaseMs + leaseMs / 2)
  await expect(worker.claims[0]?.settle(done)).rejects.toBeInstanceOf(StaleFence)
  broken.clear()
  await eventually(() => worker.claims.length === 2, [process])
  await worker.stop()
})

it('keeps a turn whose lease could not be renewed for a short while', async () => {
  const { inbox, broken, process } = await fragileInbox()
  await inbox.admit(message('m1'), 'turn')
  const worker = startWorker(
    process,
    (claim) => new Promise((end) => claim.signal.addEventListener('abort', () => end())),
  )
  await eventually(() => worker.claims.length === 1)
  broken.add('beat')
  const fragileUntil = process.clock.elapsed() + leaseMs / 2
  await eventually(() => process.clock.elapsed() >= fragileUntil, [process])
  broken.clear()
  const longAfter = process.clock.elapsed() + leaseMs * 3
  await eventually(() => process.clock.elapsed() >= longAfter, [process])
  expect(worker.claims).toHaveLength(1)
  expect(worker.claims[0]?.signal.aborted).toBe(false)
  broken.add('beat')
  await eventually(() => worker.claims[0]?.signal.aborted === true, [process])
  await worker.stop()
})
