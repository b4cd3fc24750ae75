import { expect, it } from 'vitest'
import { longestPrompt } from '../../src/conversation/context.ts'
import { countStored } from '../../src/conversation/counting.ts'
import { readWindow } from '../../src/conversation/history-walk.ts'
import type { StoredMessage } from '../../src/conversation/memory.ts'
import { prepare } from '../../src/conversation/preparing.ts'

it('history gives way to the question, with the names that others in it bring along', async () => {
  const by = (id: string) => ({ id, name: `${id} with a rather long display name` })
  const message = async (text: string, who: string): Promise<StoredMessage> => ({
    role: 'user',
    text,
    at: 0,
    by: by(who),
    ref: null,
    files: [],
    quotes: [],
    hidden: false,
    tokens: await countStored({ text, quotes: [], by: by(who) }),
  })
  const past = await Promise.all(Array.from({ length: 400 }, () => message('x', 'bob')))
  const store = { getMany: async (keys: string[]) => keys.map((key) => past[Number(key.split(':').at(-1))]) }
  const prices = { contextOf: async () => ({ window: 100_000, input: 2_000, output: 1_000 }) }
  const asked = Array.from({ length: 20 }, (_, i) => ({
    seq: 400 + i,
    text: 'word',
    by: by('ann'),
    at: 0,
    ref: null,
    files: [],
    quotes: [],
  }))
  const deps = {
    prices,
    maxOutputTokens: 1000,
    windowTokens: 1e6,
    reader: { enter: () => ({ read: async () => [], close: async () => undefined }) },
    settings: { of: async () => ({ model: 'm', persona: 'p' }) },
    memory: { window: (c: string, h: never, b: number, t: number) => readWindow(store as never, c, h, b, t) },
  }
  const conversation = { platform: 'chat', workspace: 't', channel: 'c', thread: '' }
  const question = {
    conversation: 'c',
    head: { epoch: 0, next: 421 },
    place: { conversation },
    asked,
    by: by('ann'),
  }
  const { prepared } = await prepare(
    deps as never,
    question as never,
    {} as never,
    new AbortController().signal,
  )
  expect(prepared?.promptTokens).toBeLessThanOrEqual(
    await longestPrompt({ prices, maxOutputTokens: 1000 } as never, 'm'),
  )
})
