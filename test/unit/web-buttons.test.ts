import { afterEach, describe, expect, it } from 'vitest'
import { conversation, page, part, threadOn, uuid } from './web-pages.ts'
import { type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const signal = new AbortController().signal

describe('buttons', () => {
  async function answered(): Promise<string> {
    world = await webWorld()
    await page(world).say('q1', '@Parley one')
    const { platform } = world.web
    await platform.openPlace(threadOn('q1'), 'one', signal)
    const outcome = await platform.send(threadOn('q1'), part('An answer'), { nonce: 'n1', index: 0, signal })
    if (outcome.kind !== 'sent') throw new Error(outcome.kind)
    return outcome.ref.id
  }

  it('stop and regenerate reach the engine with the conversation of the answer', async () => {
    const message = await answered()
    const { act } = page(world)
    const thread = uuid('q1')
    expect((await act({ kind: 'stop', message, thread })).status).toBe(202)
    expect((await act({ kind: 'regenerate', message, thread })).status).toBe(202)
    expect((await act({ kind: 'stop', thread, id: uuid('act2') })).status).toBe(202)
    const place = { conversation: conversation(thread), root: null, direct: false }
    expect(world.heard.slice(1)).toEqual([
      expect.objectContaining({
        kind: 'stop',
        id: `stop:general:${uuid('act')}`,
        answer: { channel: 'general', id: message },
        place,
      }),
      expect.objectContaining({ kind: 'regenerate', place }),
      expect.objectContaining({ kind: 'stop', answer: null, place }),
    ])
  })

  it('match their turn also under an answer beside the question, for which no thread could be opened', async () => {
    world = await webWorld()
    await page(world).say('q1', '@Parley one')
    const [thread, replyTo] = [uuid('q1'), { channel: 'general', id: uuid('q1') }]
    const place = { conversation: conversation(thread), root: null, replyTo, direct: false }
    const outcome = await world.web.platform.send(place, part('Beside'), { nonce: 'n1', index: 0, signal })
    if (outcome.kind !== 'sent') throw new Error(outcome.kind)
    expect(await page(world).texts()).toEqual(['@Parley one', 'Beside'])
    expect((await page(world).act({ kind: 'regenerate', message: outcome.ref.id })).status).toBe(202)
    expect(world.heard[1]?.place).toEqual({ ...place, replyTo: outcome.ref })
  })

  it('a thumb is shown and heard, and can be taken back', async () => {
    const message = await answered()
    const { act, read } = page(world)
    const thread = uuid('q1')
    await act({ kind: 'thumb', thumb: 'up', message, thread })
    expect((await read({ thread })).messages[0]?.thumb).toBe('up')
    await act({ kind: 'thumb', thumb: null, message, thread, id: uuid('act2') })
    expect((await read({ thread })).messages[0]?.thumb).toBeNull()
    expect(world.heard.slice(1)).toEqual([
      expect.objectContaining({ kind: 'feedback', thumb: 'up' }),
      expect.objectContaining({ kind: 'feedback', thumb: null }),
    ])
  })

  it('belong under answers only', async () => {
    await answered()
    const { act } = page(world)
    expect((await act({ kind: 'regenerate', message: uuid('q1') })).status).toBe(400)
    expect((await act({ kind: 'regenerate' })).status).toBe(400)
    expect((await act({ kind: 'thumb', message: 'none', thumb: 'up' })).status).toBe(404)
  })
})
