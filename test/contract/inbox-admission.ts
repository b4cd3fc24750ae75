import { expect, it } from 'vitest'
import {
  conversation,
  edit,
  eventually,
  here,
  type MakeInbox,
  message,
  startWorker,
  stop,
} from './inbox-world.ts'

export function inboxAdmission(make: MakeInbox): void {
  it('admits one of two hundred concurrent deliveries of an event', async () => {
    const { inbox } = await make()
    const answers = await Promise.all(Array.from({ length: 200 }, () => inbox.admit(message('m1'), 'turn')))
    expect(answers.filter((answer) => answer === 'new')).toHaveLength(1)
    expect(answers.filter((answer) => answer === 'duplicate')).toHaveLength(199)
    expect(await inbox.depth()).toEqual({ waiting: 1, claimed: 0, dead: 0 })
  })

  it('knows an event again after it was settled, and in any conversation', async () => {
    const world = await make()
    await world.inbox.admit(message('m1'), 'turn')
    const worker = startWorker(world)
    await eventually(async () => (await world.inbox.depth()).waiting === 0)
    await worker.stop()
    expect(await world.inbox.admit(message('m1'), 'turn')).toBe('duplicate')
    expect(await world.inbox.admit(message('m1', conversation('elsewhere')), 'turn')).toBe('duplicate')
  })

  it('takes the same id on another platform for another event', async () => {
    const { inbox } = await make()
    expect(await inbox.admit(message('m1'), 'turn')).toBe('new')
    expect(await inbox.admit(message('m1', conversation('here', 'slack')), 'turn')).toBe('new')
  })

  it('is full above a conversation’s bound, for that conversation and lane alone', async () => {
    const { inbox } = await make({ bounds: { conversation: 2 } })
    await inbox.admit(message('m1'), 'turn')
    await inbox.admit(message('m2'), 'turn')
    expect(await inbox.admit(message('m3'), 'turn')).toBe('full')
    expect(await inbox.admit(message('m1'), 'turn')).toBe('duplicate')
    expect(await inbox.admit(stop('s1'), 'now')).toBe('new')
    expect(await inbox.admit(message('m3', conversation('elsewhere')), 'turn')).toBe('new')
  })

  it('is full above the bound of all conversations, and has room again once something was settled', async () => {
    const world = await make({ bounds: { total: 3 } })
    for (const id of ['a', 'b', 'c'])
      expect(await world.inbox.admit(message(id, conversation(id)), 'turn')).toBe('new')
    expect(await world.inbox.admit(message('d', conversation('d')), 'turn')).toBe('full')
    expect(await world.inbox.admit(edit('e', 'a'), 'now')).toBe('full')
    const worker = startWorker(world)
    await eventually(async () => (await world.inbox.depth()).waiting === 0)
    await worker.stop()
    expect(await world.inbox.admit(message('d', conversation('d')), 'turn')).toBe('new')
  })

  it('keeps every character but NUL and halves of surrogate pairs', async () => {
    const world = await make()
    const text = 'a\0b \ud800 c\ud83d\ude00 \u202e "\\ é'
    await world.inbox.admit(message('m\0 1', here, text), 'turn')
    const worker = startWorker(world)
    await eventually(() => worker.claims.length === 1)
    await worker.stop()
    const [event] = worker.claims[0]?.events ?? []
    expect(event).toMatchObject({
      id: 'message:m 1',
      text: 'ab \ufffd c\ud83d\ude00 \u202e "\\ é',
    })
    expect(await world.inbox.admit(message('m\0 1', here, text), 'turn')).toBe('duplicate')
  })

  it('hands over the same plain data that was admitted', async () => {
    const world = await make()
    const event = message('m1', conversation('a:b/c"\\'))
    await world.inbox.admit(event, 'turn')
    const worker = startWorker(world)
    await eventually(() => worker.claims.length === 1)
    await worker.stop()
    expect(worker.claims[0]?.events).toEqual([event])
    expect(worker.claims[0]?.conversation).toEqual(event.place.conversation)
  })
}
