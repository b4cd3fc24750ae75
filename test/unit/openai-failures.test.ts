import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import {
  type Fault,
  outOfQuota,
  rateLimited,
  type StatusFault,
  serverError,
  text,
} from '../fakes/openai/script.ts'

let fake: OpenAiFake
beforeAll(async () => {
  fake = await startOpenAiFake({ key: 'sk-test' })
})
afterAll(() => fake.close())

const status = (status: number, rest: Partial<StatusFault> = {}): Fault => ({
  kind: 'status',
  status,
  headers: { 'retry-after-ms': '1' },
  ...rest,
})

/** What goes wrong, what it is called, what the words must hold, how many requests it takes. */
const FAILURES: readonly (readonly [string, Fault, string, RegExp, number])[] = [
  ['a wrong key', status(401, { code: 'invalid_api_key' }), 'auth', /OPENAI_API_KEY/, 1],
  ['a key that may not', status(403, { message: 'Not allowed' }), 'auth', /permissions/, 1],
  [
    'an unknown model',
    status(404, { code: 'model_not_found' }),
    'model_not_found',
    /gpt-6-luna.*\/models.*OPENAI_MODEL/,
    1,
  ],
  [
    'an unknown model, as a 400',
    status(400, { code: 'model_not_found' }),
    'model_not_found',
    /gpt-6-luna/,
    1,
  ],
  [
    'an unknown model, in words',
    status(404, { message: "model 'gpt-6-luna' not found" }),
    'model_not_found',
    /gpt-6-luna/,
    1,
  ],
  ['a wrong address', status(404, { body: '<h1>Not found</h1>' }), 'server', /OPENAI_BASE_URL/, 1],
  [
    'a web page that takes no requests',
    status(405, { body: '<!DOCTYPE html>\n<html>Not allowed</html>' }),
    'server',
    /web page.*OPENAI_BASE_URL/,
    1,
  ],
  ['too many requests', rateLimited('0'), 'rate', /Try again in 1 second/, 3],
  ['too many requests, without a hint', status(429, { code: 'rate_limit_exceeded' }), 'rate', /Try again/, 3],
  ['an empty account', outOfQuota(), 'quota', /billing.*waiting does not help/, 1],
  ['an empty account elsewhere', status(402, { message: 'Insufficient credits' }), 'quota', /billing/, 1],
  ['a prompt that is too long', status(400, { code: 'context_length_exceeded' }), 'too_long', /Shorten/, 1],
  [
    'the same in words',
    status(400, { message: "This model's maximum context length is 8192 tokens." }),
    'too_long',
    /Shorten/,
    1,
  ],
  [
    'a request above the minute’s limit',
    status(429, { code: 'rate_limit_exceeded', message: 'Request too large for gpt-6-luna' }),
    'too_long',
    /Shorten/,
    3,
  ],
  ['a bad request', status(400, { message: 'Invalid schema' }), 'bad_request', /Invalid schema/, 1],
  ['a broken server', serverError(), 'server', /Try again/, 3],
  ['a web page as an error', status(502, { body: '<html>Bad gateway</html>' }), 'server', /Try again/, 3],
  [
    'a web page as an answer',
    status(200, { body: '<html>Welcome</html>' }),
    'server',
    /web page.*OPENAI_BASE_URL/,
    1,
  ],
  [
    'an address that has moved',
    status(308, { body: '', headers: { location: 'https://elsewhere.example/v1' } }),
    'server',
    /redirects.*not followed.*OPENAI_BASE_URL/,
    1,
  ],
  [
    'a model that this API does not serve',
    status(404, { param: 'model', message: 'This model is only supported in another API.' }),
    'bad_request',
    /only supported in another API/,
    1,
  ],
  ['a gateway that gave up', status(504, { message: 'Upstream' }), 'timeout', /too long/, 3],
]

describe.each(['responses', 'chat'] as const)('%s', (api) => {
  test.each(FAILURES)('%s', async (_name, fault, kind, words, requests) => {
    const before = fake.ledger.length
    fake.always(fault)
    const { error, events } = await hear(openAiAt(fake.url, api), asking('Hi'))
    fake.always(null)
    expect(events).toEqual([])
    expect(error).toMatchObject({ kind, words: expect.stringMatching(words) })
    expect(error).toMatchObject({ requestId: fake.ledger.at(-1)?.id })
    expect((error as { words: string }).words).toContain(fake.ledger.at(-1)?.id)
    expect(fake.ledger.length - before).toBe(requests)
  })

  test('the server rejects the key that is sent', async () => {
    const { error } = await hear(openAiAt(fake.url, api, { key: 'sk-other-key' }), asking('Hi'))
    expect(error).toMatchObject({ kind: 'auth', status: 401 })
  })

  test('a pause longer than a person waits is reported at once, whatever the status', async () => {
    for (const code of [500, 503]) {
      const before = fake.ledger.length
      fake.next(status(code, { headers: { 'retry-after': '60' } }))
      const { error } = await hear(openAiAt(fake.url, api), asking('Hi'))
      expect(error).toMatchObject({ kind: 'server', retryAfterMs: 60_000 })
      expect(fake.ledger.length - before).toBe(1)
    }
  })

  test('too many requests name the pause', async () => {
    const before = fake.ledger.length
    fake.next(rateLimited('60'))
    const { error } = await hear(openAiAt(fake.url, api), asking('Hi'))
    expect(error).toMatchObject({
      kind: 'rate',
      retryAfterMs: 60_000,
      words: expect.stringContaining('60 seconds'),
    })
    expect(fake.ledger.length - before).toBe(1)
  })

  test('a server that fails twice and then answers is not noticed', async () => {
    fake.next(serverError(), serverError(), { beats: text('Here I am') })
    expect(await hear(openAiAt(fake.url, api), asking('Hi'))).toMatchObject({
      text: 'Here I am',
      error: null,
    })
  })

  test('nothing is tried again once the answer has begun', async () => {
    const before = fake.ledger.length
    fake.next({ beats: text('One', 'Two'), cut: { at: 700, by: 'rst' } })
    expect(await hear(openAiAt(fake.url, api), asking('Hi'))).toMatchObject({ error: { kind: 'cut' } })
    expect(fake.ledger.length - before).toBe(1)
  })

  test('a connection that is reset before an answer is a network failure', async () => {
    fake.always({ kind: 'drop' })
    const { error } = await hear(openAiAt(fake.url, api), asking('Hi'))
    fake.always(null)
    expect(error).toMatchObject({ kind: 'network', words: expect.stringContaining(new URL(fake.url).host) })
  })
})
