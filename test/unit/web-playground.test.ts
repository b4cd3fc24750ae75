import { afterEach, describe, expect, it } from 'vitest'
import type { Message } from '../../adapters/web/playground/message.ts'
import type { Part } from '../../src/ports/platform.ts'
import { ada, grace, page, uuid } from './web-pages.ts'
import { call, memoryStore, post, type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const signal = new AbortController().signal
const part = (markdown: string, state: Part['state'] = 'done'): Part => ({ markdown, state, controls: [] })
const conversation = (thread: string, channel = 'general') => ({
  platform: 'web',
  workspace: 'local',
  channel,
  thread,
})
const threadOn = (id: string) => ({
  conversation: conversation(uuid(id)),
  root: { channel: 'general', id: uuid(id) },
  direct: false,
})

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
      author: { ...ada, bot: false },
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
        text: 'Hey, what is a monad?',
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

  it.each([
    ['nothing', { text: ' ' }, 400, 'The message is empty'],
    ['more than a megabyte', { text: 'x'.repeat(1_100_000) }, 413, '1 MB'],
    ['into a channel that is not there', { channel: 'nowhere' }, 404, 'no channel'],
    ['into a thread that is not there', { thread: 'none' }, 404, 'no such thread'],
    ['with a file that is not there', { files: [uuid('none')] }, 400, 'Attach it again'],
    ['as nobody', { author: { id: 'x', name: 'X' } }, 400, 'author.id'],
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

describe('threads and direct channels', () => {
  it('a followed thread needs no mention, and is left alone when someone else is addressed', async () => {
    world = await webWorld()
    const { say } = page(world)
    await say('q1', '@Parley hi')
    const thread = uuid('q1')
    await say('q2', 'and then?', { thread })
    await say('q3', '@Grace what do you think?', { thread })
    await say('q4', '@Grace and @Parley, both of you', { thread })
    expect(world.heard.map((event) => event.id)).toEqual([
      `message:general:${uuid('q1')}`,
      `message:general:${uuid('q2')}`,
      `message:general:${uuid('q4')}`,
    ])
    expect(world.heard[1]?.place).toEqual({ conversation: conversation(thread), root: null, direct: false })
    const { messages } = await page(world).read()
    expect(messages).toEqual([expect.objectContaining({ id: thread, replies: 3 })])
    expect(await page(world).texts({ thread })).toHaveLength(3)
  })

  it('counts a reply once, though its send is repeated, and not what only one person sees', async () => {
    world = await webWorld()
    await page(world).say('q1', '@Parley hi')
    const { platform } = world.web
    for (const nonce of ['n1', 'n1', 'n2'])
      await platform.send(threadOn('q1'), part('yes'), { nonce, signal })
    await platform.send(threadOn('q1'), part('psst'), { nonce: 'n3', signal, privateTo: ada.id })
    expect((await page(world).read()).messages[0]?.replies).toBe(2)
    const ref = await platform.find?.('n1', threadOn('q1'), signal)
    await platform.remove(ref ?? { channel: '', id: '' }, signal)
    expect((await page(world).read()).messages[0]?.replies).toBe(1)
  })

  it('a mention in a thread of people brings what the thread began with', async () => {
    world = await webWorld()
    const { say } = page(world)
    await say('m1', 'The build is red')
    await say('m2', '@Parley why?', { thread: uuid('m1') })
    expect(world.heard[0]).toMatchObject({
      text: 'why?',
      quotes: [{ author: 'Ada', text: 'The build is red' }],
      place: { conversation: conversation(uuid('m1')), root: null },
    })
  })

  it('in the direct channel everything is for Parley, and nobody else sees it', async () => {
    world = await webWorld()
    const channel = `direct-${ada.id}`
    await page(world).say('d1', 'hello', { channel })
    expect(world.heard[0]?.place).toEqual({
      conversation: conversation('', channel),
      root: null,
      direct: true,
    })
    expect(await page(world).texts({ channel })).toEqual(['hello'])
    const others = await call(`${world.url}/playground/messages?channel=${channel}&author=${grace.id}`)
    expect(others.status).toBe(403)
  })

  it('the channels are there from the start, people add some, and each has their own direct channel', async () => {
    world = await webWorld()
    const url = `${world.url}/playground/channels`
    expect((await post(url, { name: ' #New Ideas ' })).body).toEqual({
      id: 'new-ideas',
      name: 'new-ideas',
      kind: 'channel',
    })
    expect((await call(`${url}?author=${ada.id}`)).body.channels).toEqual([
      { id: 'general', name: 'general', kind: 'channel' },
      { id: 'random', name: 'random', kind: 'channel' },
      { id: 'new-ideas', name: 'new-ideas', kind: 'channel' },
      { id: `direct-${ada.id}`, name: 'Parley', kind: 'direct' },
    ])
    for (const name of ['', '..', 'a/b', 'direct-me', 'x'.repeat(41), '\u202e'])
      expect((await post(url, { name })).status, JSON.stringify(name)).toBe(400)
    expect((await post(url, { name: 'general' })).status).toBe(409)
    for (let count = 3; count < 50; count++) expect((await post(url, { name: `c${count}` })).status).toBe(201)
    expect((await post(url, { name: 'one-more' })).status).toBe(409)
  })
})

describe('changing and taking back', () => {
  it('an edit is stored and put before the engine, each time as a new event', async () => {
    world = await webWorld()
    const { say, edit, texts } = page(world)
    await say('q1', '@Parley one')
    expect((await edit('q1', '@Parley two')).body).toMatchObject({ editedAt: expect.any(Number) })
    await edit('q1', '@Parley three')
    expect(world.heard.slice(1)).toEqual([
      expect.objectContaining({
        kind: 'edit',
        id: `edit:general:${uuid('q1')}:1`,
        text: 'two',
        place: threadOn('q1'),
      }),
      expect.objectContaining({ kind: 'edit', id: `edit:general:${uuid('q1')}:2`, text: 'three' }),
    ])
    expect(await texts()).toEqual(['@Parley three'])
  })

  it('an edit that mentions Parley for the first time is a question', async () => {
    world = await webWorld()
    const { say, edit } = page(world)
    await say('m1', 'what is a monad?')
    await edit('m1', '@Parley what is a monad?')
    expect(world.heard).toEqual([expect.objectContaining({ kind: 'message', text: 'what is a monad?' })])
    await edit('m1', '@Parley what is a functor?')
    expect(world.heard[1]).toMatchObject({ kind: 'edit', text: 'what is a functor?' })
  })

  it('a deletion is put before the engine and the message is gone for good', async () => {
    world = await webWorld()
    const { say, remove, texts } = page(world)
    await say('q1', '@Parley one')
    expect((await remove('q1')).status).toBe(204)
    expect(world.heard[1]).toMatchObject({
      kind: 'delete',
      id: `delete:general:${uuid('q1')}`,
      place: threadOn('q1'),
    })
    expect(await texts()).toEqual([])
    expect((await remove('q1')).status).toBe(404)
    expect((await say('q1', '@Parley one')).status).toBe(410)
    expect(world.heard).toHaveLength(2)
  })

  it('is for the author alone', async () => {
    world = await webWorld()
    await page(world).say('q1', '@Parley one')
    expect((await page(world, grace).edit('q1', 'two')).status).toBe(403)
    expect((await page(world, grace).remove('q1')).status).toBe(403)
    expect((await page(world).edit('q1', ' ')).status).toBe(400)
    expect((await page(world).edit('none', 'x')).status).toBe(404)
    expect(await page(world).texts()).toEqual(['@Parley one'])
  })
})

describe('commands', () => {
  it('a line that begins with one is one, with its words and flags', async () => {
    world = await webWorld()
    const { say } = page(world)
    await say('c1', '/ask --private What\nis it?')
    await say('c2', '@Parley /model gpt-6-luna')
    await say('c3', '/new')
    expect(world.heard).toEqual([
      expect.objectContaining({
        kind: 'command',
        id: `command:general:${uuid('c1')}`,
        name: 'ask',
        options: { private: true, prompt: 'What\nis it?' },
        message: { channel: 'general', id: uuid('c1') },
        place: threadOn('c1'),
      }),
      expect.objectContaining({ name: 'model', options: { name: 'gpt-6-luna' } }),
      expect.objectContaining({ name: 'new', options: {} }),
    ])
  })

  it('that is none gets an answer that lists what there is, which only its author sees', async () => {
    world = await webWorld()
    await page(world).say('c1', '/frobnicate now')
    await page(world).say('c1', '/frobnicate now')
    const { messages } = await page(world).read()
    expect(messages).toHaveLength(2)
    expect(messages[1]).toMatchObject({ author: { bot: true }, privateTo: ada.id })
    expect(messages[1]?.text).toContain('There is no command `/frobnicate`')
    expect(messages[1]?.text).toContain('`/ask <prompt> [<file>] [--private]`: Asks a question')
    expect(await page(world, grace).texts()).toEqual([])
    expect(world.heard).toEqual([])
  })

  it('that lacks what it needs says how it is used', async () => {
    world = await webWorld()
    await page(world).say('c1', '/ask')
    const { messages } = await page(world).read()
    expect(messages[1]?.text).toMatch(/^\/ask needs prompt\. It is used so: /)
    expect(world.heard).toEqual([])
  })

  it('a path at the beginning is no command', async () => {
    world = await webWorld()
    await page(world).say('c1', '/usr/bin/env @Parley what is this?')
    expect(world.heard[0]).toMatchObject({ kind: 'message' })
  })

  it('can be called from the menu, with options by name', async () => {
    world = await webWorld()
    const { command } = page(world)
    expect((await command({ name: 'ask', options: { prompt: 'Why?', private: true } })).status).toBe(202)
    expect(world.heard[0]).toMatchObject({
      kind: 'command',
      name: 'ask',
      options: { prompt: 'Why?', private: true },
      message: null,
    })
    for (const [over, words] of [
      [{ name: 'ask' }, 'needs prompt'],
      [{ name: 'frob' }, 'There is no command'],
      [{ name: 'ask', options: { prompt: true } }, "can't take this as prompt"],
      [{ name: 'ask', options: { prompt: 'x', foo: 'x' } }, 'no option "foo"'],
      [{ name: 'ask', options: { prompt: 'x', file: uuid('none') } }, "can't take this as file"],
    ] as const)
      expect(await command(over)).toMatchObject({
        status: 400,
        body: { error: expect.stringContaining(words) },
      })
  })
})

describe('buttons', () => {
  async function answered(): Promise<string> {
    world = await webWorld()
    await page(world).say('q1', '@Parley one')
    const { platform } = world.web
    await platform.openPlace(threadOn('q1'), 'one', signal)
    const outcome = await platform.send(threadOn('q1'), part('An answer'), { nonce: 'n1', signal })
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

describe('pages of a conversation', () => {
  it('come newest first, each from before the last one seen, over gaps of deleted messages', async () => {
    world = await webWorld()
    const { say, remove, read } = page(world)
    for (let count = 0; count < 25; count++) await say(`m${count}`, `text ${count}`)
    for (let count = 10; count < 20; count++) await remove(`m${count}`)
    const seen: string[] = []
    let before: string | undefined
    for (let more = true; more; ) {
      const got = await read({ limit: '4', ...(before && { before }) })
      seen.unshift(...got.messages.map((message) => message.text))
      before = got.messages[0]?.id
      more = got.more
    }
    const expected = Array.from({ length: 25 }, (_, count) => count).filter(
      (count) => count < 10 || count >= 20,
    )
    expect(seen).toEqual(expected.map((count) => `text ${count}`))
  })

  it('are all there again after a restart, with threads, and go on', async () => {
    world = await webWorld()
    const { say, texts, upload, read } = page(world)
    const file = (await upload('a.png', 'image/png', new Uint8Array([1, 2, 3]))).body
    await say('q1', '@Parley one', { files: [file.id] })
    await world.web.platform.openPlace(threadOn('q1'), 'one', signal)
    await world.web.platform.send(threadOn('q1'), part('An ans', 'writing'), { nonce: 'n1', signal })
    await world.restart()
    expect(await texts({ thread: uuid('q1') })).toEqual(['An ans'])
    const found = await world.web.platform.find?.('n1', threadOn('q1'), signal)
    expect(found).toMatchObject({ channel: 'general' })
    await world.web.platform.edit(found ?? { channel: '', id: '' }, part('An answer'), signal)
    await say('q2', 'two', { thread: uuid('q1') })
    await world.restart()
    expect(await texts({ thread: uuid('q1') })).toEqual(['An answer', 'two'])
    const { messages } = await read()
    expect(messages[0]).toMatchObject({
      replies: 2,
      files: [expect.objectContaining({ name: 'a.png', size: 3 })],
    })
    expect(await (await fetch(world.url + messages[0]?.files[0]?.url)).bytes()).toEqual(
      new Uint8Array([1, 2, 3]),
    )
  })

  it('lose nothing that was answered when the process dies with any of its writes undone', async () => {
    const store = memoryStore()
    let undone = 0
    const dying = {
      ...store,
      set: async <T>(key: string, value: T, ttl?: number) => {
        const lost = undone & 1
        undone >>= 1
        if (lost) throw new Error('the process died')
        return store.set(key, value, ttl)
      },
    }
    world = await webWorld({ store: dying })
    const { say, texts } = page(world)
    const expected: string[] = []
    for (let losses = 0; losses < 8; losses++) {
      for (const name of [`before ${losses}`, `dying ${losses}`, `after ${losses}`]) {
        expected.push(name)
        undone = name.startsWith('dying') ? losses : 0
        const { status } = await say(name, name)
        if (status === 201) continue
        undone = 0
        await world.restart()
        // The page tries again, as it does when a connection breaks.
        expect([200, 201]).toContain((await say(name, name)).status)
      }
    }
    expect((await texts({ limit: '200' })).toSorted()).toEqual(expected.toSorted())
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
