import { afterEach, describe, expect, it } from 'vitest'
import { post } from './web-http.ts'
import { ada, conversation, grace, page, part, threadOn, uuid } from './web-pages.ts'
import { type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const signal = new AbortController().signal

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
      await platform.send(threadOn('q1'), part('yes'), { nonce, index: 0, signal })
    await platform.send(threadOn('q1'), part('psst'), { nonce: 'n3', index: 0, signal, privateTo: ada.id })
    expect((await page(world).read()).messages[0]?.replies).toBe(2)
    const ref = await platform.find?.({ nonce: 'n1', index: 0 }, threadOn('q1'), signal)
    if (!ref || ref === 'unknown') throw new Error('It was not found')
    await platform.remove(threadOn('q1'), ref, signal)
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
    expect((await page(world, grace).get(`messages?channel=${channel}`)).status).toBe(403)
  })

  it('the channels are there from the start, people add some, and each has their own direct channel', async () => {
    world = await webWorld()
    const url = `${world.url}/playground/channels`
    expect((await post(url, { name: ' #New Ideas ' })).body).toEqual({
      id: 'new-ideas',
      name: 'new-ideas',
      kind: 'channel',
    })
    expect((await page(world).get('channels')).body.channels).toEqual([
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
