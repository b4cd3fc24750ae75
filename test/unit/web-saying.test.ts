import { afterEach, describe, expect, it } from 'vitest'
import type { Message } from '../../adapters/web/playground/message.ts'
import { ada, conversation, grace, page, threadOn, uuid } from './web-pages.ts'
import { type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

describe('saying something', () => {
  it('stores it, puts a mention before the engine, and answers with the message', async () => {
    world = await webWorld()
    const { say, texts } = page(world)
    const { status, body } = await say('q1', 'Hey @Parley, what is a monad?')
    expect(status).toBe(201)
    expect(body).toEqual({
      id: uuid('q1'),
      channel: 'general',
      thread: null,
      replies: 0,
      author: { id: ada.id, name: 'Ada', bot: false },
      text: 'Hey @Parley, what is a monad?',
      at: expect.any(Number),
      editedAt: null,
      state: null,
      controls: [],
      files: [],
      privateTo: null,
      thumb: null,
    })
    expect(world.heard).toEqual([
      expect.objectContaining({
        kind: 'message',
        id: `message:general:${uuid('q1')}`,
        text: 'Hey @Parley, what is a monad?',
        place: threadOn('q1'),
        message: { channel: 'general', id: uuid('q1') },
        quotes: [],
        by: expect.objectContaining({ id: ada.id, name: 'Ada', bot: false }),
      }),
    ])
    expect(await texts()).toEqual(['Hey @Parley, what is a monad?'])
  })

  it('without a mention stays between people', async () => {
    world = await webWorld()
    await page(world).say('m1', 'Lunch?')
    await page(world).say('m2', 'me@parley.org or @parleyfan')
    expect(world.heard).toEqual([])
    expect(await page(world).texts()).toHaveLength(2)
  })

  it('twice with the same id says it once, and admits it again in case the first try got lost', async () => {
    world = await webWorld()
    const { say, texts } = page(world)
    expect((await say('q1', '@Parley hi')).status).toBe(201)
    const again = await say('q1', '@Parley hi')
    expect(again.status).toBe(200)
    expect(again.body.id).toBe(uuid('q1'))
    expect(world.admissions).toEqual([
      `message:general:${uuid('q1')} new`,
      `message:general:${uuid('q1')} duplicate`,
    ])
    expect(await texts()).toHaveLength(1)
  })

  it('ten times at once says it once', async () => {
    world = await webWorld()
    const { say, texts } = page(world)
    const all = await Promise.all(Array.from({ length: 10 }, () => say('q1', '@Parley hi')))
    expect(all.map((answer) => answer.status).sort()).toEqual([...Array(9).fill(200), 201])
    expect(await texts()).toHaveLength(1)
    expect(world.heard).toHaveLength(1)
  })

  it('with the same id in two channels says two things', async () => {
    world = await webWorld()
    await page(world).say('q1', '@Parley here')
    await page(world).say('q1', '@Parley there', { channel: 'random' })
    expect(world.heard).toHaveLength(2)
    expect(world.heard[1]?.place.conversation).toEqual(conversation(uuid('q1'), 'random'))
  })

  it('under another person’s id is refused', async () => {
    world = await webWorld()
    await page(world).say('q1', 'mine')
    expect((await page(world, grace).say('q1', 'mine')).status).toBe(409)
  })

  it('is answered 503 in words while too much is waiting, is kept, and works when tried again', async () => {
    world = await webWorld()
    world.admission = 'full'
    const { say, texts } = page(world)
    const answer = await say('q1', '@Parley hi')
    expect(answer).toMatchObject({ status: 503, body: { error: expect.stringContaining('Try again') } })
    expect(answer.headers.get('retry-after')).toBe('5')
    world.admission = 'new'
    expect((await say('q1', '@Parley hi')).status).toBe(200)
    expect(world.heard).toHaveLength(1)
    expect(await texts()).toHaveLength(1)
  })

  it('reaches the engine at the next try when the process died before it was admitted', async () => {
    world = await webWorld()
    const thread = uuid('q1')
    await page(world).say('q1', '@Parley hi')
    world.admission = 'full'
    await page(world).say('q2', 'and then?', { thread })
    world.admission = 'new'
    world.followed.length = 0
    await page(world).say('q2', 'and then?', { thread })
    expect(world.heard[1]).toMatchObject({ text: 'and then?', place: { conversation: conversation(thread) } })
  })

  it('between people stays so, though Parley has come in since', async () => {
    world = await webWorld()
    await page(world).say('m1', 'a thread')
    await page(world).say('m2', 'you and me', { thread: uuid('m1') })
    world.followed.push(conversation(uuid('m1')))
    await page(world).say('m2', 'you and me', { thread: uuid('m1') })
    expect(world.heard).toEqual([])
  })

  it.each([
    ['nothing', { text: ' ' }, 400, 'The message is empty'],
    ['more than a megabyte', { text: 'x'.repeat(1_100_000) }, 413, '1 MB'],
    ['into a channel that is not there', { channel: 'nowhere' }, 404, 'no channel'],
    ['into a thread that is not there', { thread: 'none' }, 404, 'no such thread'],
    ['with a file that is not there', { files: [uuid('none')] }, 400, 'Attach it again'],
    ['as nobody', { author: { id: ada.id, name: 'X' } }, 400, '"id" is not a field here'],
    ['with a field that is none', { txt: '' }, 400, '"txt" is not a field here'],
    ['into another’s direct channel', { channel: `direct-${grace.id}` }, 403, 'another person'],
  ])('%s is refused in words', async (_, over, status, words) => {
    world = await webWorld()
    const answer = await page(world).say('m1', 'x', over)
    expect(answer).toMatchObject({ status, body: { error: expect.stringContaining(words) } })
    expect(world.heard).toEqual([])
  })

  it('200,000 characters of it arrive whole', async () => {
    world = await webWorld()
    const text = `@Parley ${'ä'.repeat(200_000)}`
    expect((await page(world).say('m1', text)).status).toBe(201)
    expect(world.heard[0]).toMatchObject({ text: 'ä'.repeat(200_000) })
  })
})

describe('while the engine is not there', () => {
  it('nothing is taken in, in words', async () => {
    world = await webWorld()
    await world.web.platform.stop()
    expect(await page(world).say('q1', '@Parley hi')).toMatchObject({
      status: 503,
      body: { error: expect.stringContaining('Try again') },
    })
    expect((await page(world).read()).messages).toEqual<Message[]>([])
  })
})
