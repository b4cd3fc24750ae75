import { afterEach, describe, expect, it } from 'vitest'
import { type SimulatedClock, simulatedClock } from '../fakes/clock.ts'
import { page, part, threadOn, uuid } from './web-pages.ts'
import { memoryStore, type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const signal = new AbortController().signal

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
    await world.web.platform.send(threadOn('q1'), part('An ans', 'writing'), {
      nonce: 'n1',
      index: 0,
      signal,
    })
    await world.restart()
    expect(await texts({ thread: uuid('q1') })).toEqual(['An ans'])
    const found = await world.web.platform.find?.({ nonce: 'n1', index: 0 }, threadOn('q1'), signal)
    expect(found).toMatchObject({ channel: 'general' })
    if (!found || found === 'unknown') throw new Error('It was not found')
    await world.web.platform.edit(threadOn('q1'), found, part('An answer'), signal)
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

describe('history', () => {
  const day = 86_400_000
  const someDays = async (store = (clock: SimulatedClock) => memoryStore(clock)) => {
    const clock = simulatedClock()
    const kept = store(clock)
    world = await webWorld({ clock, store: kept, historyMs: 30 * day })
    return { clock, kept, ...page(world) }
  }

  it('is kept for its time and no longer, and a channel goes on where old messages are gone', async () => {
    const { clock, kept, say, read, texts } = await someDays()
    for (let count = 0; count < 150; count++) await say(`old${count}`, `old ${count}`)
    await say('q1', '@Parley hi')
    await world.web.platform.openPlace(threadOn('q1'), 'hi', signal)
    await world.web.platform.send(threadOn('q1'), part('Hello'), { nonce: 'n1', index: 0, signal })
    await clock.advance(20 * day)
    await say('new1', 'new 1')
    await clock.advance(9 * day)
    expect(await texts({ limit: '200' })).toHaveLength(152)
    await clock.advance(2 * day)
    await say('new2', 'new 2')
    for (const again of [false, true]) {
      if (again) await world.restart()
      expect(await texts()).toEqual(['new 1', 'new 2'])
      expect(await read({ before: uuid('new1') })).toEqual({ messages: [], more: false })
      expect(await read({ before: uuid('old7') })).toEqual({ messages: [], more: false })
    }
    await say('new3', 'new 3')
    expect(await texts()).toEqual(['new 1', 'new 2', 'new 3'])
    await clock.advance(31 * day)
    expect(kept.keys()).toEqual([])
    await world.restart()
    await say('later', 'later')
    expect(await texts()).toEqual(['later'])
  })

  it('does not live longer because a message was edited, answered under or deleted', async () => {
    const { clock, kept, say, edit, remove, texts } = await someDays()
    await say('a', 'edited')
    await say('b', 'deleted')
    await say('c', 'answered')
    await clock.advance(29 * day)
    await edit('a', 'edited again')
    await remove('b')
    await say('d', 'a reply', { thread: uuid('c') })
    await clock.advance(2 * day)
    expect(await texts()).toEqual([])
    expect(kept.keys().filter((key) => key.includes('slot'))).toHaveLength(1)
  })

  it('asks the store for one batch more than it shows, however many messages are gone', async () => {
    let reads = 0
    const { clock, say, texts } = await someDays((given) => {
      const store = memoryStore(given)
      return {
        ...store,
        getMany: (keys) => {
          reads++
          return store.getMany(keys)
        },
      }
    })
    for (let count = 0; count < 1_000; count++) await say(`old${count}`, 'old')
    await clock.advance(31 * day)
    await say('new', 'new')
    reads = 0
    expect(await texts()).toEqual(['new'])
    expect(reads).toBeLessThanOrEqual(2)
  })
})
