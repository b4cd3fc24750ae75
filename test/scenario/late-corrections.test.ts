import { describe, expect, it, vi } from 'vitest'
import type { House } from '../fakes/house.ts'
import { talk } from '../fakes/people.ts'
import { openHouse } from './house.ts'
import { twoTogether } from './several.ts'
import { reads, settled, shows, soon, texts } from './watching.ts'

const away = (times: number) =>
  Array.from({ length: times }, () => ({ kind: 'not_sent' as const, cause: new Error('away') }))

/** Until everything but the turn that holds the conversation is handled. */
const handled = (house: House) =>
  vi.waitFor(
    async () => expect(await house.database.inbox.depth()).toMatchObject({ waiting: 0, claimed: 1 }),
    soon,
  )

describe('an edit between two tries', () => {
  it('is answered anew, not with the answer that was kept', { timeout: 40_000 }, async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('2+2?')
    const first = await house.model.next()
    first.say('4')
    await shows(house, '4')
    house.chat.fail('edit', ...away(5))
    first.say(' of course')
    first.end()
    await vi.waitFor(() => expect(house.traces).toHaveLength(1), { timeout: 20_000 })
    await pia.edit(message, thread, '3+3?')
    const second = await house.model.next()
    expect(JSON.stringify(second.request.messages)).toContain('3+3?')
    second.say('6')
    second.end()
    await settled(house, 2)
    expect(texts(house)).toEqual(['6'])
    expect(await house.database.ledger.spent({}, 0)).toEqual({ booked: 280_000, reserved: 0 })
  })
})

describe('a Stop', () => {
  it('on an answer that has just ended leaves the next one alone, before its first word too', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('One?')
    const first = await house.model.next()
    first.say('1')
    await shows(house, '1')
    await pia.say('Two?', thread)
    first.end()
    const second = await house.model.next()
    await pia.stop(thread, { channel: 'general', id: 'b1' })
    await handled(house)
    expect(second.aborted.aborted).toBe(false)
  })

  it('on an answer that is no longer being written says so to whoever pressed it', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('One?')
    const first = await house.model.next()
    first.say('1')
    first.end()
    await settled(house, 1)
    await pia.stop(thread, { channel: 'general', id: 'b1' })
    await vi.waitFor(
      () =>
        expect(house.chat.ledger.at(-1)).toMatchObject({
          part: { markdown: 'This answer is no longer being written.' },
          privateTo: 'pia',
        }),
      soon,
    )
  })

  it('on a message whose sending was not confirmed yet is meant for the turn', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { thread } = await pia.say('Long?')
    const reply = await house.model.next()
    reply.say('word '.repeat(300))
    await shows(house, 'word')
    house.chat.fail('send', { kind: 'unknown', cause: new Error('lost') })
    reply.say('more '.repeat(300))
    await vi.waitFor(() => expect(house.chat.visible()).toHaveLength(2), soon)
    await pia.stop(thread, { channel: 'general', id: 'b2' })
    await vi.waitFor(() => expect(reply.aborted.aborted).toBe(true), soon)
  })

  it('right after an edit stops the answer that starts again', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('2+2?')
    const first = await house.model.next()
    first.say('4')
    await shows(house, '4')
    const { ledger } = house.database
    const slow = Promise.withResolvers<void>()
    const settle = ledger.settle.bind(ledger)
    vi.spyOn(ledger, 'settle').mockImplementation(async (charge) => {
      await slow.promise
      return settle(charge)
    })
    await pia.edit(message, thread, '3+3?')
    await vi.waitFor(() => expect(first.aborted.aborted).toBe(true), soon)
    await pia.stop(thread)
    slow.resolve()
    await settled(house, 2)
    expect(house.traces.map(({ outcome }) => outcome)).toEqual(['restarted', 'stopped'])
    expect(texts(house)[0]).toContain('stopped')
  })
})

describe('what the engine does by itself', () => {
  it('is silent when an edited question is deleted before it is answered again', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const one = await pia.say('One?')
    const first = await house.model.next()
    first.say('1')
    first.end()
    await settled(house, 1)
    await pia.say('Two?', one.thread)
    const second = await house.model.next()
    await pia.edit(one.message, one.thread, 'Uno?')
    await pia.remove(one.message, one.thread)
    await vi.waitFor(() => expect(texts(house)).not.toContain('1'), soon)
    second.say('2')
    second.end()
    await vi.waitFor(
      async () => expect(await house.database.inbox.depth()).toMatchObject({ waiting: 0, claimed: 0 }),
      soon,
    )
    expect(texts(house)).toEqual(['2'])
  })
})

describe('a delete of one of two questions', () => {
  it('while their answer is committed once more leaves an answer to the other', async () => {
    const { house, pia, thread, two, second } = await twoTogether()
    second.say('2 and 3')
    second.end()
    await settled(house, 2)
    await pia.regenerate({ channel: 'general', id: 'b2' }, thread)
    const third = await house.model.next()
    third.say('II and III')
    await shows(house, 'II and III')
    const { store } = house.database
    const deleteMany = store.deleteMany.bind(store)
    vi.spyOn(store, 'deleteMany').mockImplementationOnce(async (keys) => {
      third.end()
      await vi.waitFor(() => expect(house.chat.visible().at(-1)?.part.state).toBe('done'), soon)
      return deleteMany(keys)
    })
    house.model.always(() => ['only III'])
    await pia.remove(two, thread)
    await reads(house, ['1', 'only III'])
  })
})

describe('a delete while a message is being sent', () => {
  it('leaves nothing of the answer, and no call follows it', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('Long?')
    const reply = await house.model.next()
    reply.say('word '.repeat(300))
    await shows(house, 'word')
    // The second message is under way when the question goes, and arrives all the same.
    house.chat.fail('send', { kind: 'unknown', cause: new Error('lost') })
    reply.say('more '.repeat(300))
    await vi.waitFor(() => expect(house.chat.visible()).toHaveLength(2), soon)
    await pia.remove(message, thread)
    await settled(house, 1)
    expect(house.chat.visible()).toEqual([])
    const calls = house.chat.ledger.map(({ call }) => call)
    expect(calls.slice(calls.indexOf('remove'))).not.toContain('edit')
    expect(calls.slice(calls.indexOf('remove'))).not.toContain('send')
  })
})

describe('a delete that comes between the last word and the commit', () => {
  it('takes all of the new answer back', async () => {
    const house = await openHouse()
    const pia = talk(house)
    const { message, thread } = await pia.say('Long?')
    const first = await house.model.next()
    first.say('short')
    first.end()
    await settled(house, 1)
    const answer = { channel: 'general', id: 'b1' }
    await pia.regenerate(answer, thread)
    const second = await house.model.next()
    second.say('word '.repeat(500))
    await vi.waitFor(() => expect(house.chat.visible()).toHaveLength(2), soon)

    // A thumb holds the conversation's memory; the delete waits behind it, and the commit behind the delete.
    const held = Promise.withResolvers<void>()
    const { store } = house.database
    const set = store.set.bind(store)
    const writing = vi.spyOn(store, 'set').mockImplementationOnce(async (key, value, ttl) => {
      await held.promise
      return set(key, value, ttl)
    })
    await pia.thumb(answer, thread)
    await vi.waitFor(() => expect(writing).toHaveBeenCalled(), soon)
    await pia.remove(message, thread)
    await vi.waitFor(
      async () => expect(await house.database.inbox.depth()).toMatchObject({ waiting: 0, claimed: 3 }),
      soon,
    )
    second.end()
    await vi.waitFor(() => expect(house.chat.visible().at(-1)?.part.state).toBe('done'), soon)
    held.resolve()
    await reads(house, [])
    await settled(house, 2)
    expect(house.traces.at(-1)?.outcome).toBe('withdrawn')
  })
})

describe('an answer that can’t be shown', () => {
  it('is not remembered as said, however quick the model was', async () => {
    const house = await openHouse()
    house.model.always(() => ['secret words'])
    // In the thread, and beside the question.
    const refused = { kind: 'forbidden', why: 'no permission' } as const
    house.chat.fail('send', refused, refused)
    const { thread } = await talk(house).say('Hello?')
    await settled(house, 1)
    expect(house.traces[0]?.outcome).toBe('failed')
    await talk(house).say('And?', thread)
    await settled(house, 2)
    expect(JSON.stringify(house.model.requests.at(-1)?.messages)).not.toContain('secret words')
  })
})

describe('an answer that can’t be written again', () => {
  it('stays as it was, with the reason below it', async () => {
    const house = await openHouse({ dayBudget: 0.0025 })
    house.model.always(() => ['The answer.'])
    const { thread } = await talk(house).say('Hello?')
    await settled(house, 1)
    for (let turn = 2; turn <= 8 && house.traces.at(-1)?.outcome !== 'refused'; turn++) {
      await talk(house).regenerate({ channel: 'general', id: 'b1' }, thread)
      await settled(house, turn)
    }
    expect(house.traces.at(-1)?.outcome).toBe('refused')
    expect(texts(house)).toEqual([expect.stringMatching(/^The answer\.\s+\*— not written again: .*budget/s)])
  })
})

describe('the thread of /ask', () => {
  it('is followed as that of a message is', async () => {
    const house = await openHouse()
    house.model.always(() => ['Yes.'])
    await talk(house).command('ask', { prompt: 'There?' }, null, { channel: 'general', id: 'root1' })
    await settled(house, 1)
    const conversation = { platform: 'chat', workspace: 'team', channel: 'general', thread: 'root1' }
    expect(await house.chat.intake.follows(conversation)).toBe(true)
  })
})
