import Keyv from 'keyv'
import { describe, expect, it } from 'vitest'
import { countStored } from '../../src/conversation/counting.ts'
import { messageKey } from '../../src/conversation/keys.ts'
import { createMemory, type StoredMessage, type StoredTurn } from '../../src/conversation/memory.ts'
import { heardKey } from '../../src/media/hearing.ts'
import type { Store } from '../../src/ports/store.ts'

const conversation = '["web","local","general","1"]'

const message = (text: string, more: Partial<StoredMessage> = {}): StoredMessage => ({
  role: 'user',
  text,
  tokens: 10,
  at: 0,
  by: { id: 'p', name: 'Pia' },
  ref: null,
  files: [],
  quotes: [],
  hidden: false,
  ...more,
})

const exchange = (question: number, parts: StoredTurn['parts'] = []): StoredTurn => ({
  turn: `turn_${question}`,
  epoch: 0,
  asked: [question],
  answer: question + 1,
  parts,
  askers: ['p'],
  by: { id: 'p', name: 'Pia', bot: false, foreign: false, moderator: false, roles: [] },
  thumbs: {},
})

function world() {
  const keys = new Set<string>()
  const reads = { count: 0 }
  const keyv = new Keyv()
  const store: Store = {
    get: (key) => keyv.get(key),
    getMany: (many) => {
      reads.count += many.length
      return keyv.getMany(many)
    },
    set: async (key, value, ttl) => {
      keys.add(key)
      return keyv.set(key, value, ttl)
    },
    delete: async (key) => {
      keys.delete(key)
      return keyv.delete(key)
    },
    deleteMany: async (many) => {
      for (const key of many) keys.delete(key)
      return keyv.deleteMany(many)
    },
  }
  const memory = createMemory(store, 60_000)
  const remember = async (count: number) => {
    for (let seq = 0; seq < count; seq += 2) {
      const ref = { channel: 'general', id: `q${seq}` }
      const parts = [{ nonce: `n${seq}`, ref: { channel: 'general', id: `a${seq}` } }]
      const entries = memory.entries(
        conversation,
        { epoch: 0, next: seq + 2 },
        exchange(seq, parts),
        new Map([
          [seq, message(`question ${seq}`, { ref })],
          [seq + 1, message(`answer ${seq}`, { role: 'assistant', by: null })],
        ]),
      )
      for (const { key, value, ttl } of entries) await store.set(key, value, ttl)
    }
    return { epoch: 0, next: count }
  }
  const put = (seq: number, value: StoredMessage) => store.set(messageKey(conversation, 0, seq), value)
  return { memory, remember, put, keys, reads }
}

describe('memory', () => {
  it('gives the newest messages that fit the window, oldest first', async () => {
    const { memory, remember } = world()
    const head = await remember(100)
    const { messages, tokens } = await memory.window(conversation, head, head.next, 45)
    expect(messages.map(({ text }) => text)).toEqual(['question 96', 'answer 96', 'question 98', 'answer 98'])
    expect(tokens).toBe(40)
  })

  it('reads what the window needs, however long the history is', async () => {
    const short = world()
    const long = world()
    await short.memory.window(conversation, await short.remember(40), 40, 100)
    await long.memory.window(conversation, await long.remember(2_000), 2_000, 100)
    expect(long.reads.count).toBe(short.reads.count)
  })

  it('ends the window where older messages have expired', async () => {
    const { memory, remember, reads } = world()
    await remember(40)
    const far = { epoch: 0, next: 100_040 }
    const { messages } = await memory.window(conversation, far, far.next, 1_000)
    expect(messages).toEqual([])
    expect(reads.count).toBeLessThan(1_000)
  })

  it('reaches beyond a hole that deleted exchanges left', async () => {
    const { memory, remember } = world()
    const head = await remember(100)
    for (let seq = 8; seq < 100; seq += 2) await memory.dropTurn(conversation, exchange(seq))
    expect((await memory.window(conversation, head, head.next, 1_000)).messages).toHaveLength(8)
  })

  it('puts a sentence in the place of a message that no window holds, and goes on behind it', async () => {
    const { memory, remember, put } = world()
    const head = await remember(4)
    const files = [{ id: 'f', name: 'f.png', type: null, size: null, url: null }]
    await put(1, message('giant', { tokens: 200_000, files, quotes: [{ author: 'Max', text: 'giant' }] }))
    const { messages, tokens } = await memory.window(conversation, head, head.next, 2_000)
    expect(messages.map(({ text }) => text)).toEqual([
      'question 0',
      '(A message of about 200,000 tokens is left out here.)',
      'question 2',
      'answer 2',
    ])
    expect(messages[1]).toMatchObject({ files: [], quotes: [] })
    expect(tokens).toBe(messages.reduce((sum, one) => sum + one.tokens, 0))
  })

  it('counts the sentence that stands for a message for no less than it has', async () => {
    const { memory, remember, put } = world()
    const head = await remember(2)
    await put(1, message('giant', { tokens: 999_999_999 }))
    const { messages } = await memory.window(conversation, head, head.next, 2_000)
    expect(messages[1]?.tokens).toBeGreaterThanOrEqual(await countStored(message(messages[1]?.text ?? '')))
  })

  it('finds an exchange from its question and from any message of its answer', async () => {
    const { memory, remember } = world()
    await remember(4)
    for (const id of ['q2', 'a2']) {
      expect((await memory.turnOf(conversation, { channel: 'general', id }))?.answer).toBe(3)
    }
    expect(await memory.turnOf(conversation, { channel: 'other', id: 'q2' })).toBeNull()
  })

  it('touches nothing of a conversation until the fresh start is committed', async () => {
    const { memory, remember, keys } = world()
    const head = await remember(100)
    const before = keys.size
    expect(memory.forget(conversation, head).value).toEqual({ epoch: 1, next: 0 })
    expect(keys.size).toBe(before)
    expect((await memory.window(conversation, head, head.next, 10_000)).messages).toHaveLength(100)
  })

  it('leaves nothing of a forgotten conversation', async () => {
    const { memory, remember, keys } = world()
    const head = await remember(100)
    await memory.sweep(conversation, head, new AbortController().signal)
    expect([...keys]).toEqual([memory.forget(conversation, head).key])
  })

  it('sweeps no further than history goes back', async () => {
    const { memory, reads } = world()
    await memory.sweep(conversation, { epoch: 0, next: 1_000_000 }, new AbortController().signal)
    expect(reads.count).toBeLessThan(2_000)
  })

  it('stops sweeping when it is told to', async () => {
    const { memory, remember, keys } = world()
    const head = await remember(100)
    const before = keys.size
    await expect(memory.sweep(conversation, head, AbortSignal.abort('over'))).rejects.toBe('over')
    expect(keys.size).toBe(before)
  })

  it('drops an exchange with everything that led to it', async () => {
    const { memory, remember, keys } = world()
    const head = await remember(2)
    const turn = await memory.turnOf(conversation, { channel: 'general', id: 'q0' })
    if (turn === null) throw new Error('the exchange was not found')
    await memory.dropTurn(conversation, turn)
    expect(keys.size).toBe(1)
    expect((await memory.window(conversation, head, head.next, 100)).messages).toEqual([])
  })

  it('forgets what was heard in a recording that an edit takes out of its message', async () => {
    const store = new Keyv()
    const memory = createMemory(store, 60_000)
    const file = (id: string) => ({ id, name: `${id}.ogg`, type: 'audio/ogg', size: 9, url: null })
    const key = (id: string) => heardKey({ platform: 'web', workspace: 'local' }, id)
    const asked = message('Listen', { files: [file('stays'), file('goes')] })
    await memory.rewrite(conversation, 0, 0, asked)
    for (const id of ['stays', 'goes']) await store.set(key(id), 'What was said.')
    await memory.rewrite(conversation, 0, 0, { ...asked, files: [file('stays')] })
    expect(await store.get(key('stays'))).toBe('What was said.')
    expect(await store.get(key('goes'))).toBeUndefined()
  })
})
