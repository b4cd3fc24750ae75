import { expect, it } from 'vitest'
import type { Claim, Draft } from '../../src/ports/inbox.ts'
import {
  breathe,
  command,
  done,
  eventually,
  gate,
  here,
  ids,
  type MakeInbox,
  message,
  ref,
  startWorker,
} from './inbox-world.ts'

const draft: Draft = { turn: 't1', parts: [{ nonce: 'n1', ref: null }], answer: null }
const change = { text: 'better\0 words', files: [] }

/** Holds the first claim until it is let go, releases it, and settles the next one. */
function releasingFirst(first: Promise<void>, before?: (claim: Claim) => Promise<void>) {
  let claims = 0
  return async (claim: Claim): Promise<void> => {
    if (++claims > 1) return claim.settle(done)
    await before?.(claim)
    await first
    await claim.release()
  }
}

export function inboxAmending(make: MakeInbox): void {
  it('changes a waiting message before anyone reads it', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    expect(await world.inbox.amend(here, ref('m1'), change)).toBe('waiting')
    const worker = startWorker(world)
    await eventually(() => worker.claims.length === 1)
    await worker.stop()
    expect(worker.claims[0]?.events).toMatchObject([{ id: 'message:m1', text: 'better words' }])
  })

  it('changes a claimed message for the next claim of it', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    const first = gate()
    const worker = startWorker(world, releasingFirst(first.opened))
    await eventually(() => worker.claims.length === 1)
    expect(await world.inbox.amend(here, ref('m1'), change)).toBe('claimed')
    first.open()
    await eventually(() => worker.claims.length === 2)
    await worker.stop()
    expect(worker.claims.map((claim) => claim.events)).toMatchObject([
      [{ text: 'text of m1' }],
      [{ text: 'better words' }],
    ])
  })

  it('says when a message was answered already, was never admitted, or is a command’s', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    const worker = startWorker(world)
    await eventually(async () => (await world.inbox.amend(here, ref('m1'), change)) === 'settled')
    await worker.stop()
    expect(await world.inbox.amend(here, ref('m9'), change)).toBe('unknown')
    expect(await world.inbox.amend({ ...here, thread: 'other' }, ref('m1'), null)).toBe('unknown')
    await world.inbox.admit(command('c1'), 'turn')
    expect(await world.inbox.amend(here, ref('c1'), change)).toBe('unknown')
    expect(await world.inbox.amend(here, ref('c1'), null)).toBe('waiting')
  })

  it('never hands over a message that was withdrawn while it waited', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    await world.inbox.admit(message('m2'), 'turn')
    expect(await world.inbox.amend(here, ref('m1'), null)).toBe('waiting')
    const worker = startWorker(world)
    await eventually(() => worker.claims.length === 1)
    await worker.stop()
    expect(worker.claims.map(ids)).toEqual([['m2']])
    expect(await world.inbox.admit(message('m1'), 'turn')).toBe('duplicate')
  })

  it('leaves withdrawn messages out of the next claim', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    await world.inbox.admit(message('m2'), 'turn')
    const first = gate()
    const worker = startWorker(world, releasingFirst(first.opened))
    await eventually(() => worker.claims.length === 1)
    expect(await world.inbox.amend(here, ref('m1'), null)).toBe('claimed')
    first.open()
    await eventually(() => worker.claims.length === 2)
    await worker.stop()
    expect(worker.claims.map(ids)).toEqual([['m1', 'm2'], ['m2']])
    expect(worker.claims.map((claim) => claim.withdrawn)).toEqual([false, false])
  })

  it('hands a wholly withdrawn claim over once more when something of it was shown', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    const first = gate()
    const worker = startWorker(
      world,
      releasingFirst(first.opened, (claim) => claim.saveDraft(draft)),
    )
    await eventually(() => worker.claims.length === 1)
    await world.inbox.amend(here, ref('m1'), null)
    first.open()
    await eventually(() => worker.claims.length === 2)
    await worker.stop()
    expect(worker.claims[1]).toMatchObject({ withdrawn: true, draft, events: [{ id: 'message:m1' }] })
  })

  it('drops a wholly withdrawn claim of which nothing was shown, and goes on with the conversation', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    const first = gate()
    const worker = startWorker(world, releasingFirst(first.opened))
    await eventually(() => worker.claims.length === 1)
    await world.inbox.amend(here, ref('m1'), null)
    await world.inbox.admit(message('m2'), 'turn')
    first.open()
    await eventually(() => worker.claims.length === 2)
    await breathe()
    await worker.stop()
    expect(worker.claims.map(ids)).toEqual([['m1'], ['m2']])
    expect(await world.inbox.depth()).toEqual({ waiting: 0, claimed: 0, dead: 0 })
  })
}
