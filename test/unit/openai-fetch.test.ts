import { afterEach, beforeEach, expect, test } from 'vitest'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'

const DISPATCHER = Symbol.for('undici.globalDispatcher.1')
interface Dispatcher {
  dispatch(options: Readonly<Record<string, unknown>>, handler: object): boolean
}
const node = globalThis as unknown as Record<symbol, Dispatcher>

let fake: OpenAiFake
beforeEach(async () => {
  fake = await startOpenAiFake()
})
afterEach(() => fake.close())

test('where a proxy is set, a request goes by its dispatcher and without the 300 seconds that Node’s fetch allows', async () => {
  const original = node[DISPATCHER]
  if (original === undefined) throw new Error('This Node keeps its dispatcher elsewhere')
  const seen: Readonly<Record<string, unknown>>[] = []
  const openai = openAiAt(fake.url, 'responses', { viaProxy: true })
  node[DISPATCHER] = {
    dispatch(options, handler) {
      seen.push(options)
      return original.dispatch(options, handler)
    },
  }
  try {
    expect((await hear(openai, asking('Hi'))).error).toBeNull()
  } finally {
    node[DISPATCHER] = original
  }
  expect(seen).toMatchObject([{ path: '/v1/responses', headersTimeout: 0, bodyTimeout: 0 }])
})

test('a redirect takes neither the conversation nor the key to another host', async () => {
  const elsewhere = await startOpenAiFake()
  try {
    for (const status of [301, 302, 303, 307, 308]) {
      fake.next({
        kind: 'status',
        status,
        body: '',
        headers: { location: `${elsewhere.url}/chat/completions` },
      })
      const { error } = await hear(openAiAt(fake.url, 'chat'), asking('A secret plan'))
      expect(error).toMatchObject({ kind: 'server', status })
    }
    expect(elsewhere.ledger).toEqual([])
  } finally {
    await elsewhere.close()
  }
})

test('a zipped answer is read, and a zipped refusal too', async () => {
  const { gzipSync } = await import('node:zlib')
  const zip = (body: string, type: string) => ({
    headers: { 'content-encoding': 'gzip', 'content-type': type },
    bytes: gzipSync(body),
  })
  const quota = JSON.stringify({
    error: { code: 'insufficient_quota', message: 'Empty.', type: 'x', param: null },
  })
  fake.next({ kind: 'bytes', status: 429, ...zip(quota, 'application/json') })
  expect((await hear(openAiAt(fake.url, 'chat'), asking('Hi'))).error).toMatchObject({ kind: 'quota' })
  const chunk = {
    id: 'c',
    model: 'm',
    choices: [{ index: 0, delta: { content: 'Ü' }, finish_reason: 'stop' }],
  }
  const stream = `data: ${JSON.stringify(chunk)}\n\ndata: [DONE]\n\n`
  fake.next({ kind: 'bytes', status: 200, ...zip(stream, 'text/event-stream') })
  expect(await hear(openAiAt(fake.url, 'chat'), asking('Hi'))).toMatchObject({ text: 'Ü', error: null })
})
