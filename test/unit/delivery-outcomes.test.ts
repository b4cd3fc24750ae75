import { describe, expect, it } from 'vitest'
import type { MessageRef, Place } from '../../src/ports/event.ts'
import { thread } from '../fakes/rate-limited-platform.ts'
import type { Shown } from '../fakes/rated-ledger.ts'
import { createWorld, unopened } from './delivery-world.ts'

const words = (count: number): string[] => Array.from({ length: count }, (_, index) => `word${index} `)

describe('what can become of a call', () => {
  it('stops writing a message that a person has deleted', async () => {
    const world = createWorld()
    const delivery = world.answer('a')
    delivery.write('one')
    await world.clock.flush()
    world.platform.deleteAsPerson('1')
    delivery.write(' two')
    const result = await world.clock.run(delivery.finish())
    expect(result.kind).toBe('shown')
    expect(world.texts('a')).toEqual([])
    expect(world.platform.ledger.filter((entry) => entry.kind === 'send')).toHaveLength(1)
  })

  it('sends anew what a former try wrote and nobody can reach now, and leaves that where it is', async () => {
    const world = createWorld()
    await world.clock.run(world.stream(world.answer('a'), ['old'], 0))
    const [{ id, nonce }] = world.platform.visible() as [Shown]
    const ref = { channel: thread('a').conversation.channel, id }
    const lost = { kind: 'out_of_reach' } as const
    const { edit, remove } = world.platform
    const outOfReach = (at: MessageRef) => at.id === id
    Object.assign(world.platform, {
      edit: async (...call: Parameters<typeof edit>) => (outOfReach(call[1]) ? lost : edit(...call)),
      remove: async (...call: Parameters<typeof remove>) => (outOfReach(call[1]) ? lost : remove(...call)),
    })
    const again = world.answer('a', { draft: [{ nonce, ref }], nonce: (index) => `b:${index}` })
    const { result } = await world.clock.run(world.stream(again, ['new ', 'words'], 2000))
    expect(result.kind).toBe('shown')
    expect(world.texts('a')).toEqual(['old', 'new words'])
    expect(world.saved.get('a')?.at(-1)).toEqual([
      { nonce: expect.any(String), ref: expect.not.objectContaining({ id }) },
      { nonce, ref, removed: true },
    ])
  })

  it('takes what it wrote itself and can’t reach for deleted, so that it is not written again and again', async () => {
    const world = createWorld()
    Object.assign(world.platform, { edit: async () => ({ kind: 'out_of_reach' }) })
    await world.clock.run(world.stream(world.answer('a'), ['one ', 'two ', 'three'], 2000))
    expect(world.platform.ledger.filter(({ kind }) => kind === 'send')).toHaveLength(1)
  })

  it.each([
    ['gone', { kind: 'gone' }],
    ['forbidden', { kind: 'forbidden', why: 'Missing Access' }],
  ] as const)('gives up when the place is %s, before the text is whole', async (fault, why) => {
    const world = createWorld({ fault: () => fault })
    const delivery = world.answer('a')
    delivery.write('Hello')
    expect(await world.clock.run(delivery.delivered)).toMatchObject({ kind: 'given_up', why })
    expect(await delivery.finish()).toMatchObject({ kind: 'given_up' })
  })

  it('plans again with shorter messages when the platform finds one too long', async () => {
    const world = createWorld({ message: 200, takes: (text) => text.length <= 120 })
    const text = words(80)
    await world.clock.run(world.stream(world.answer('a'), text, 5))
    expect(world.texts('a').join(' ')).toBe(text.join('').trim())
  })

  it('gives up on a platform that finds everything too long', async () => {
    const world = createWorld({ takes: () => false })
    const { result } = await world.clock.run(world.stream(world.answer('a'), words(40), 5))
    expect(result).toMatchObject({ kind: 'given_up', why: { kind: 'too_long' } })
  })

  it('tries a final text again when it could not be sent', async () => {
    let failing = 3
    const world = createWorld({ fault: () => (failing-- > 0 ? 'not_sent' : null) })
    await world.clock.run(world.stream(world.answer('a'), ['Hello'], 0))
    expect(world.texts('a')).toEqual(['Hello'])
  })

  it('gives a final text up after five tries', async () => {
    const world = createWorld({ fault: () => 'not_sent' })
    const began = world.clock.elapsed()
    const { result } = await world.clock.run(world.stream(world.answer('a'), ['Hello'], 0))
    expect(result).toMatchObject({ kind: 'given_up', why: { kind: 'failed' } })
    expect(world.clock.elapsed() - began).toBeLessThan(30_000)
  })

  it('gives a final text up that it may not send for a quarter of an hour', async () => {
    const world = createWorld({ fault: () => 'refused', retryAfter: () => 3_600_000 })
    const { result, lag } = await world.clock.run(world.stream(world.answer('a'), ['Hello'], 0))
    expect(result).toMatchObject({ kind: 'given_up', why: { kind: 'limited' } })
    expect(lag).toBe(15 * 60_000)
  })

  it('opens the place while the model thinks, trying again as the platform allows', async () => {
    const world = createWorld()
    const answers = [
      { kind: 'limited', retryAfterMs: 700 },
      { kind: 'failed', cause: new Error('reset') },
    ] as const
    let tries = 0
    const delivery = world.answer('a', {
      place: unopened(() => Promise.resolve(answers[tries++] ?? { kind: 'open', place: thread('opened') })),
    })
    await world.clock.run(world.stream(delivery, ['Hello'], 0))
    expect(world.texts('opened')).toEqual(['Hello'])
    expect(tries).toBe(3)
  })

  it('gives up where it may not open the place', async () => {
    const world = createWorld()
    const delivery = world.answer('a', {
      place: unopened(() => Promise.resolve({ kind: 'forbidden', why: 'No threads here' })),
    })
    expect(await world.clock.run(delivery.finish())).toMatchObject({
      kind: 'given_up',
      why: { kind: 'forbidden', why: 'No threads here' },
    })
  })

  it('goes to another place, once, where the open one takes no message', async () => {
    const world = createWorld()
    const send = world.platform.send
    const tried: string[] = []
    Object.assign(world.platform, {
      send: async (...call: Parameters<typeof send>) => {
        const to = call[0].conversation.thread
        tried.push(to)
        return to === 'other' ? send(...call) : { kind: 'forbidden', why: 'Not in threads' }
      },
    })
    const other = [thread('other')]
    const to = {
      unopened: thread('a'),
      open: async () => ({ kind: 'open', place: thread('opened') }) as const,
    }
    const place = { ...to, instead: () => other.pop() ?? null }
    await world.clock.run(world.stream(world.answer('a', { place }), words(10), 300))
    expect(world.texts('other')).toEqual([words(10).join('').trim()])
    expect(tried).toEqual(['opened', 'other'])
    const nowhere = world.clock.run(world.stream(world.answer('b', { place }), words(1), 0))
    expect((await nowhere).result).toMatchObject({ kind: 'given_up', why: { kind: 'forbidden' } })
  })

  it.each([
    ['edited', 10],
    ['continued', 1000],
  ])('goes on whole at another place where what it wrote can’t be %s any more', async (_, count) => {
    const world = createWorld()
    const { send, edit } = world.platform
    const no = { kind: 'forbidden', why: 'Locked' } as const
    let isLocked = false
    const isIn = (place: Place) => isLocked && place.conversation.thread === 'a'
    Object.assign(world.platform, {
      send: async (...call: Parameters<typeof send>) => (isIn(call[0]) ? no : send(...call)),
      edit: async (...call: Parameters<typeof edit>) =>
        call[1].channel === 'a' && isLocked ? no : edit(...call),
    })
    const place = {
      ...unopened(async () => ({ kind: 'open', place: thread('a') })),
      instead: (): Place => ({ ...thread('other'), replyTo: { channel: 'other', id: 'question' } }),
    }
    const delivery = world.answer('a', { place })
    delivery.write('First ')
    await world.clock.flush()
    await world.clock.run(world.clock.sleep(10))
    isLocked = true
    const { result } = await world.clock.run(world.stream(delivery, words(count), 5))
    expect(result.kind).toBe('shown')
    expect(world.texts('a')).toEqual(['First'])
    expect(world.texts('other').join(' ').replaceAll(/\s+/g, ' ')).toBe(
      `First ${words(count).join('').trim()}`,
    )
  })

  it('does not wait for ever for a call that never returns', async () => {
    const world = createWorld()
    let hanging = true
    const edit = world.platform.edit
    Object.assign(world.platform, {
      edit: (...call: Parameters<typeof edit>) => {
        if (!hanging) return edit(...call)
        hanging = false
        return new Promise(() => {})
      },
    })
    await world.clock.run(world.stream(world.answer('a'), ['one', ' two'], 5))
    expect(world.texts('a')).toEqual(['one two'])
  })
})

describe('a send whose reply is lost', () => {
  it('is found and edited, never repeated', async () => {
    let sends = 0
    const world = createWorld({ fault: (kind) => (kind === 'send' && sends++ === 0 ? 'lost_reply' : null) })
    await world.clock.run(world.stream(world.answer('a'), words(10), 50))
    expect(world.texts('a')).toEqual([words(10).join('').trim()])
  })

  it('is sent again under the same nonce when it never arrived', async () => {
    let sends = 0
    const world = createWorld({ fault: (kind) => (kind === 'send' && sends++ === 0 ? 'lost_request' : null) })
    await world.clock.run(world.stream(world.answer('a'), words(10), 50))
    expect(world.platform.visible()).toMatchObject([{ nonce: 'a:0' }])
    expect(world.texts('a')).toEqual([words(10).join('').trim()])
  })

  it('is not repeated when it arrives after the first look', async () => {
    let sends = 0
    const world = createWorld({ fault: (kind) => (kind === 'send' && sends++ === 0 ? 'late_request' : null) })
    await world.clock.run(world.stream(world.answer('a'), words(10), 50))
    await world.clock.runUntilIdle()
    expect(world.texts('a')).toEqual([words(10).join('').trim()])
  })

  it('is left alone and marked where nobody can find it; the text goes on below', async () => {
    let sends = 0
    const world = createWorld({
      finds: false,
      fault: (kind) => (kind === 'send' && sends++ === 0 ? 'lost_reply' : null),
    })
    await world.clock.run(world.stream(world.answer('a'), words(10), 50))
    const [first, second] = world.texts('a')
    expect(first).toBe('word0')
    expect(second).toMatch(/^\*The message above may be unfinished or missing.*\*\n\nword1 word2/s)
    expect(second).toMatch(/word9$/)
  })
})
