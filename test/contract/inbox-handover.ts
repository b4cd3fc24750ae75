import { expect, it } from 'vitest'
import type { Claim } from '../../src/ports/inbox.ts'
import {
  breathe,
  command,
  conversation,
  done,
  edit,
  eventually,
  gate,
  here,
  ids,
  type MakeInbox,
  message,
  startWorker,
  stop,
} from './inbox-world.ts'

export function inboxHandover(make: MakeInbox): void {
  it('hands over all waiting messages together, up to the first event of another kind, and that one alone', async () => {
    const world = await make()
    for (const event of [message('m1'), message('m2'), command('c1'), command('c2'), message('m3')])
      await world.inbox.admit(event, 'turn')
    const worker = startWorker(world)
    await eventually(() => worker.claims.length === 4)
    await worker.stop()
    expect(worker.claims.map(ids)).toEqual([['m1', 'm2'], ['c1'], ['c2'], ['m3']])
  })

  it('hands over at most fifty messages at once', async () => {
    const world = await make()
    await Promise.all(Array.from({ length: 120 }, (_, n) => world.inbox.admit(message(`m${n}`), 'turn')))
    const worker = startWorker(world)
    await eventually(() => worker.claims.length === 3)
    await worker.stop()
    expect(worker.claims.map((claim) => claim.events.length)).toEqual([50, 50, 20])
    expect(worker.claims.flatMap(ids)).toEqual(Array.from({ length: 120 }, (_, n) => `m${n}`))
  })

  it('collects what arrives during a turn into the next one', async () => {
    const world = await make()
    const answer = gate()
    const worker = startWorker(world, async (claim) => {
      await answer.opened
      await claim.settle(done)
    })
    await world.inbox.admit(message('m1'), 'turn')
    await eventually(() => worker.claims.length === 1)
    await world.inbox.admit(message('m2'), 'turn')
    await world.inbox.admit(message('m3'), 'turn')
    await breathe()
    expect(worker.claims).toHaveLength(1)
    answer.open()
    await eventually(() => worker.claims.length === 2)
    await worker.stop()
    expect(worker.claims.map(ids)).toEqual([['m1'], ['m2', 'm3']])
  })

  it('hands over the next claim of a conversation once the handler of the former has returned', async () => {
    const world = await make()
    const end = gate()
    const worker = startWorker(world, async (claim) => {
      await claim.settle(done)
      await end.opened
    })
    await world.inbox.admit(message('m1'), 'turn')
    await eventually(async () => worker.claims.length === 1 && (await world.inbox.depth()).claimed === 0)
    await world.inbox.admit(message('m2'), 'turn')
    await breathe()
    expect(worker.claims.map(ids)).toEqual([['m1']])
    end.open()
    await eventually(() => worker.claims.length === 2)
    await worker.stop()
  })

  it('works on different conversations side by side, up to the concurrency, oldest first', async () => {
    const world = await make()
    for (const id of ['a', 'b', 'c', 'd']) await world.inbox.admit(message(id, conversation(id)), 'turn')
    const answer = gate()
    const wait = async (claim: Claim): Promise<void> => {
      await answer.opened
      await claim.settle(done)
    }
    const worker = startWorker(world, wait, { concurrency: 3 })
    await eventually(() => worker.claims.length === 3)
    await breathe()
    expect(worker.claims.map(ids)).toEqual([['a'], ['b'], ['c']])
    answer.open()
    await eventually(() => worker.claims.length === 4)
    await worker.stop()
  })

  it('handles urgent events at once, beside a turn of the same conversation and with all places taken', async () => {
    const world = await make()
    const answer = gate()
    const handle = async (claim: Claim): Promise<void> => {
      if (claim.lane === 'turn') await answer.opened
      await claim.settle(done)
    }
    const worker = startWorker(world, handle, { concurrency: 1 })
    await world.inbox.admit(message('m1'), 'turn')
    await eventually(() => worker.claims.length === 1)
    await world.inbox.admit(stop('s1'), 'now')
    await eventually(() => worker.claims.length === 2)
    expect(worker.claims[1]).toMatchObject({ lane: 'now', events: [{ kind: 'stop' }] })
    answer.open()
    await worker.stop()
  })

  it('hands over what takes long beside a turn, in places of its own, so that urgent events always have theirs', async () => {
    const world = await make()
    const over = gate()
    const handle = async (claim: Claim): Promise<void> => {
      if (claim.lane !== 'now') await over.opened
      await claim.settle(done)
    }
    const worker = startWorker(world, handle, { concurrency: 20 })
    await world.inbox.admit(message('m1'), 'turn')
    await Promise.all(Array.from({ length: 18 }, (_, n) => world.inbox.admit(command(`c${n}`), 'aside')))
    await eventually(() => worker.claims.length === 17)
    await world.inbox.admit(stop('s1'), 'now')
    await eventually(() => worker.claims.length === 18)
    await breathe()
    const lanes = worker.claims.map(({ lane }) => lane)
    expect(['turn', 'now', 'aside'].map((lane) => lanes.filter((one) => one === lane).length)).toEqual([
      1, 1, 16,
    ])
    over.open()
    await eventually(() => worker.claims.length === 20)
    await worker.stop()
  })

  it('hands over no more of what takes long than there are places for turns', async () => {
    const world = await make()
    const over = gate()
    const handle = async (claim: Claim): Promise<void> => {
      if (claim.lane === 'aside') await over.opened
      await claim.settle(done)
    }
    const worker = startWorker(world, handle, { concurrency: 1 })
    for (const id of ['c1', 'c2']) await world.inbox.admit(command(id), 'aside')
    await eventually(() => worker.claims.length === 1)
    await world.inbox.admit(stop('s1'), 'now')
    await eventually(() => worker.claims.length === 2)
    await breathe()
    expect(worker.claims.map(({ lane }) => lane)).toEqual(['aside', 'now'])
    over.open()
    await eventually(() => worker.claims.length === 3)
    await worker.stop()
  })

  it('keeps the order of urgent events about one message, and holds up no others', async () => {
    const world = await make()
    const answer = gate()
    const handle = async (claim: Claim): Promise<void> => {
      if (ids(claim)[0] === 'e1') await answer.opened
      await claim.settle(done)
    }
    for (const event of [edit('e1', 'm1'), edit('e2', 'm1'), edit('e3', 'm2'), stop('s1')])
      await world.inbox.admit(event, 'now')
    const worker = startWorker(world, handle)
    await eventually(() => worker.claims.length === 3)
    await breathe()
    expect(worker.claims.flatMap(ids)).toEqual(['e1', 'e3', 's1'])
    answer.open()
    await eventually(() => worker.claims.length === 4)
    await worker.stop()
    expect(worker.claims.map(ids).at(-1)).toEqual(['e2'])
  })

  it('commits entries, deletions and the charge together with the end of the turn', async () => {
    const world = await make()
    await world.store.set('old', 1)
    await world.inbox.admit(message('m1'), 'turn')
    const spender = { platform: 'web', workspace: 'local', channel: 'general', person: 'u1' }
    const worker = startWorker(world, (claim) =>
      claim.settle({
        entries: [
          { key: 'history:1', value: { text: 'é' } },
          { key: 'brief', value: [1], ttl: 1000 },
        ],
        drop: ['old', 'never there'],
        charge: {
          ...{
            id: 'turn-1',
            at: world.clock.now(),
            amount: 1_234_567,
            spender,
            model: 'gpt',
            purpose: 'chat',
          },
          ...{ inputTokens: 10, cachedTokens: 0, outputTokens: 5 },
        },
      }),
    )
    await eventually(async () => (await world.store.get('history:1')) !== undefined)
    await worker.stop()
    expect(await world.store.getMany(['old', 'brief', 'history:1'])).toEqual([undefined, [1], { text: 'é' }])
    expect(await world.ledger.spent({}, 0)).toEqual({ booked: 1_234_567, reserved: 0 })
    expect(await world.inbox.depth()).toEqual({ waiting: 0, claimed: 0, dead: 0 })
    await world.clock.advance(1001)
    expect(await world.store.get('brief')).toBeUndefined()
  })

  it('claims nothing more once the signal aborts, and resolves when the running handlers ended', async () => {
    const world = await make()
    const answer = gate()
    const worker = startWorker(world, async (claim) => {
      await answer.opened
      await claim.settle(done)
    })
    await world.inbox.admit(message('m1'), 'turn')
    await eventually(() => worker.claims.length === 1)
    let stopped = false
    const stopping = worker.stop().then(() => {
      stopped = true
    })
    await world.inbox.admit(message('m2', conversation('elsewhere')), 'turn')
    await breathe()
    expect(stopped).toBe(false)
    answer.open()
    await stopping
    expect(worker.claims).toHaveLength(1)
    expect(await world.inbox.depth()).toEqual({ waiting: 1, claimed: 0, dead: 0 })
  })

  it('gives a growing fence to each claim of a conversation', async () => {
    const world = await make()
    const worker = startWorker(world)
    for (const id of ['m1', 'm2', 'm3']) {
      const before = worker.claims.length
      await world.inbox.admit(message(id, here), 'turn')
      await eventually(() => worker.claims.length > before)
    }
    await worker.stop()
    const fences = worker.claims.map((claim) => claim.fence)
    expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b))
  })
}
