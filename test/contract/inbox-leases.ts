import { expect, it } from 'vitest'
import { StaleFence } from '../../src/ports/failure.ts'
import type { Claim } from '../../src/ports/inbox.ts'
import {
  breathe,
  done,
  eventually,
  gate,
  ids,
  type MakeInbox,
  message,
  pass,
  startWorker,
} from './inbox-world.ts'

const leaseMs = 6000

export function inboxLeases(make: MakeInbox): void {
  it('keeps the lease of a handler that takes long, against itself and another process', async () => {
    const world = await make({ leaseMs })
    const rival = await world.rival()
    const answer = gate()
    const first = startWorker(world, async (claim) => {
      await answer.opened
      await claim.settle(done)
    })
    await world.inbox.admit(message('m1'), 'turn')
    await eventually(() => first.claims.length === 1)
    const second = startWorker(rival)
    await pass(leaseMs * 4, world, rival)
    expect(second.claims).toEqual([])
    expect(first.claims).toHaveLength(1)
    expect(first.claims[0]?.signal.aborted).toBe(false)
    answer.open()
    await first.stop()
    await second.stop()
    expect(await world.inbox.depth()).toEqual({ waiting: 0, claimed: 0, dead: 0 })
  })

  it('hands the conversation to another process when this one stands still, and refuses its late writes', async () => {
    const world = await make({ leaseMs })
    const rival = await world.rival()
    const frozen = gate()
    const errors: unknown[] = []
    const late = async (claim: Claim): Promise<void> => {
      await frozen.opened
      const draft = { turn: 't', parts: [], answer: null }
      const entries = [{ key: 'late', value: 1 }]
      for (const write of [
        () => claim.saveDraft(draft),
        () => claim.settle({ entries, charge: null }),
        () => claim.release(),
      ])
        await write().catch((error: unknown) => errors.push(error))
    }
    const first = startWorker(world, late)
    await world.inbox.admit(message('m1'), 'turn')
    await eventually(() => first.claims.length === 1)
    const second = startWorker(rival)
    await eventually(() => second.claims.length === 1, [rival])
    expect(rival.clock.elapsed()).toBeGreaterThanOrEqual(leaseMs)
    await second.stop()
    frozen.open()
    await first.stop()
    expect(errors).toHaveLength(3)
    for (const error of errors) expect(error).toBeInstanceOf(StaleFence)
    expect(await world.store.get('late')).toBeUndefined()
    expect(second.claims[0]).toMatchObject({ attempt: 2 })
    expect(second.claims[0]?.fence).toBeGreaterThan(first.claims[0]?.fence ?? Infinity)
  })

  it('aborts the claim’s signal with a StaleFence once it learns that the lease is lost', async () => {
    const world = await make({ leaseMs })
    const rival = await world.rival()
    const first = startWorker(
      world,
      (claim) => new Promise((end) => claim.signal.addEventListener('abort', () => end())),
    )
    await world.inbox.admit(message('m1'), 'turn')
    await eventually(() => first.claims.length === 1)
    const second = startWorker(rival)
    await eventually(() => second.claims.length === 1, [rival])
    await eventually(() => first.claims[0]?.signal.aborted === true, [world])
    expect(first.claims[0]?.signal.reason).toBeInstanceOf(StaleFence)
    await first.stop()
    await second.stop()
    expect(await world.inbox.depth()).toEqual({ waiting: 0, claimed: 0, dead: 0 })
  })

  it('gives no lease twice while the wall clocks jump', async () => {
    const world = await make({ leaseMs })
    const rival = await world.rival()
    const answer = gate()
    const wait = async (claim: Claim): Promise<void> => {
      await answer.opened
      await claim.settle(done)
    }
    const [first, second] = [startWorker(world, wait), startWorker(rival, wait)]
    await world.inbox.admit(message('m1'), 'turn')
    await eventually(() => first.claims.length + second.claims.length === 1, [rival])
    for (const jump of [86_400_000, -2 * 86_400_000, 3_600_000, -1, 365 * 86_400_000]) {
      world.clock.jump(jump)
      rival.clock.jump(-jump)
      await pass(2000, world, rival)
    }
    expect([...first.claims, ...second.claims].map(ids)).toEqual([['m1']])
    answer.open()
    await first.stop()
    await second.stop()
  })

  it('shares the work between processes without handing anything over twice', async () => {
    const world = await make({ leaseMs })
    const rival = await world.rival()
    const handle = async (claim: Claim): Promise<void> => {
      await breathe(1)
      await claim.settle(done)
    }
    const [first, second] = [startWorker(world, handle), startWorker(rival, handle)]
    const all = Array.from({ length: 60 }, (_, n) => `m${n}`)
    await Promise.all(
      all.map((id, n) =>
        (n % 2 ? world : rival).inbox.admit(
          message(id, { platform: 'web', workspace: 'w', channel: 'c', thread: `${n % 7}` }),
          'turn',
        ),
      ),
    )
    await eventually(async () => {
      const { waiting, claimed } = await world.inbox.depth()
      return waiting + claimed === 0
    }, [world, rival])
    await first.stop()
    await second.stop()
    expect([...first.claims, ...second.claims].flatMap(ids).sort()).toEqual(all.sort())
  })
}
