import { expect, it } from 'vitest'
import type { Claim, Draft } from '../../src/ports/inbox.ts'
import {
  breathe,
  done,
  eventually,
  here,
  ids,
  type MakeInbox,
  message,
  pass,
  ref,
  startWorker,
  stop,
} from './inbox-world.ts'

const draft: Draft = {
  turn: 't1',
  parts: [{ nonce: 'n1', ref: { channel: 'general', id: 'a1' } }],
  answer: { text: 'half', state: 'done', rest: { usage: 3 } },
}

/** Fails this many times, then settles. */
function failing(times: number, before?: (claim: Claim) => Promise<void>) {
  let tries = 0
  return async (claim: Claim): Promise<void> => {
    if (++tries > times) return claim.settle(done)
    await before?.(claim)
    throw new Error(`try ${tries} failed`)
  }
}

export function inboxRetries(make: MakeInbox): void {
  it('claims the same events again after a failure, with the draft, and keeps later messages for later', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    const worker = startWorker(
      world,
      failing(1, async (claim) => {
        await claim.saveDraft(draft)
        await world.inbox.admit(message('m2'), 'turn')
      }),
    )
    await eventually(() => worker.claims.length === 3, [world])
    await worker.stop()
    expect(worker.claims.map(ids)).toEqual([['m1'], ['m1'], ['m2']])
    expect(worker.claims.map((claim) => claim.attempt)).toEqual([1, 2, 1])
    expect(worker.claims.map((claim) => claim.draft)).toEqual([null, draft, null])
  })

  it('waits a second before the second try, then twice as long each time', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    const at: number[] = []
    const worker = startWorker(
      world,
      failing(3, async () => {
        at.push(world.clock.elapsed())
      }),
    )
    await eventually(() => worker.claims.length === 4, [world], 100)
    at.push(world.clock.elapsed())
    await worker.stop()
    const [first = 0, second = 0, third = 0] = at.slice(1).map((moment, n) => moment - (at[n] ?? 0))
    // Not early; late by at most the poll of one second and a few steps of the test's own clock.
    for (const [pause, least] of [
      [first, 1000],
      [second, 2000],
      [third, 4000],
    ] as const) {
      expect(pause).toBeGreaterThanOrEqual(least)
      expect(pause).toBeLessThan(least + 2500)
    }
  })

  it('takes a return without settling or releasing for a failure', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    let tries = 0
    const worker = startWorker(world, async (claim) => {
      if (++tries > 1) await claim.settle(done)
    })
    await eventually(() => worker.claims.length === 2, [world])
    await worker.stop()
    expect(worker.claims.map((claim) => claim.attempt)).toEqual([1, 2])
  })

  it('claims released events again at once, with the draft and without counting the attempt', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    let tries = 0
    const worker = startWorker(world, async (claim) => {
      if (++tries > 1) return claim.settle(done)
      await claim.saveDraft(draft)
      await claim.release()
    })
    await eventually(() => worker.claims.length === 2)
    await worker.stop()
    expect(worker.claims.map((claim) => claim.attempt)).toEqual([1, 1])
    expect(worker.claims[1]?.draft).toEqual(draft)
  })

  it('gives a claim up after the last attempt, tells of it once, and goes on with the conversation', async () => {
    const world = await make({ attempts: 2 })
    await world.inbox.admit(message('m1'), 'turn')
    await world.inbox.admit(message('m2'), 'turn')
    const dead: [string, unknown][] = []
    const worker = startWorker(
      world,
      async (claim) => {
        if (ids(claim).includes('m1')) throw new Error('never works')
        await claim.settle(done)
      },
      {
        onDead: async (claim, error) => {
          dead.push([ids(claim).join(), error instanceof Error && error.message])
        },
      },
    )
    await eventually(async () => (await world.inbox.depth()).dead === 2, [world])
    await world.inbox.admit(message('m3'), 'turn')
    await eventually(() => worker.claims.length === 3)
    await worker.stop()
    expect(dead).toEqual([['m1,m2', 'never works']])
    expect(worker.claims.map(ids)).toEqual([['m1', 'm2'], ['m1', 'm2'], ['m3']])
    expect(await world.inbox.depth()).toEqual({ waiting: 0, claimed: 0, dead: 2 })
  })

  it('tells of a dead event later when telling failed, without handling it again', async () => {
    const world = await make({ attempts: 1 })
    await world.inbox.admit(stop('s1'), 'now')
    let told = 0
    const worker = startWorker(world, () => Promise.reject(new Error('never works')), {
      onDead: async () => {
        if (++told < 2) throw new Error('nobody listens')
      },
    })
    await eventually(async () => (await world.inbox.depth()).dead === 1, [world], 2000)
    await worker.stop()
    expect(told).toBe(2)
    expect(worker.claims).toHaveLength(1)
  })

  it('gives a claim up whole when all of it was withdrawn', async () => {
    const world = await make({ attempts: 1 })
    await world.inbox.admit(message('m1'), 'turn')
    await world.inbox.admit(message('m2'), 'turn')
    let tries = 0
    const told: string[][] = []
    const handle = async (claim: Claim): Promise<void> => {
      if (++tries > 1) throw new Error('never works')
      await claim.saveDraft(draft)
      for (const id of ['m1', 'm2']) await world.inbox.amend(here, ref(id), null)
      await claim.release()
    }
    const worker = startWorker(world, handle, { onDead: async (claim) => void told.push(ids(claim)) })
    await eventually(async () => (await world.inbox.depth()).claimed === 0 && tries === 2)
    await worker.stop()
    expect(worker.claims[1]).toMatchObject({ withdrawn: true })
    expect(await world.inbox.depth()).toEqual({ waiting: 0, claimed: 0, dead: 2 })
    expect(told).toEqual([])
  })

  it('does not wait a day for a retry when the wall clock was set back a day', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    const worker = startWorker(world, failing(1))
    await eventually(() => worker.claims.length === 1)
    await breathe()
    world.clock.jump(-86_400_000)
    await pass(2500, world)
    await worker.stop()
    expect(worker.claims).toHaveLength(2)
  })
}
