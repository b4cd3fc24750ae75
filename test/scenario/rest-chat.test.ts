import { afterEach, describe, expect, it } from 'vitest'
import { type Direct, Refused } from '../../src/conversation/answer.ts'
import { ModelError, type ModelFailure } from '../../src/ports/failure.ts'
import { call, end, post, type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const failing = (error: unknown): Direct =>
  async function* () {
    yield { kind: 'text', delta: 'so far ' }
    throw error
  }

describe('POST /chat', () => {
  it('answers with the text, the whole conversation and what it cost', async () => {
    world = await webWorld()
    const history = [
      { role: 'user', content: 'I am Ada.' },
      { role: 'assistant', content: 'Hello Ada.' },
    ]
    const answer = await post(`${world.url}/chat`, { message: 'Who am I?', messages: history })
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      response: 'You said: Who am I?',
      model: 'gpt-6.1-terra',
      conversation: [
        ...history,
        { role: 'user', content: 'Who am I?' },
        { role: 'assistant', content: 'You said: Who am I?' },
      ],
      reason: 'complete',
      usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17, cost_usd: 0.0001 },
    })
    expect(world.asked[0]?.history).toEqual(history)
  })

  it('hands on every parameter in the engine’s terms', async () => {
    world = await webWorld()
    await post(`${world.url}/chat`, {
      message: 'Hi',
      model: 'gpt-6-luna',
      instructions: 'Be brief',
      temperature: 0.5,
      top_p: 0.9,
      max_tokens: 100,
      frequency_penalty: -1,
      presence_penalty: 2,
      stop: ['END'],
      response_format: { type: 'json_schema', json_schema: { name: 'answer', schema: { type: 'object' } } },
    })
    expect(world.asked[0]).toMatchObject({
      message: 'Hi',
      model: 'gpt-6-luna',
      instructions: 'Be brief',
      spender: { platform: 'rest', person: 'local' },
      parameters: {
        temperature: 0.5,
        topP: 0.9,
        maxTokens: 100,
        frequencyPenalty: -1,
        presencePenalty: 2,
        stop: ['END'],
        responseFormat: { kind: 'json_schema', name: 'answer', schema: { type: 'object' }, strict: false },
      },
    })
  })

  it('takes the short forms of stop and response_format', async () => {
    world = await webWorld()
    await post(`${world.url}/chat`, { message: 'Hi', stop: 'END', response_format: 'json_object' })
    expect(world.asked[0]?.parameters).toEqual({ stop: ['END'], responseFormat: { kind: 'json_object' } })
  })

  it('takes images as bytes or as https addresses, also without words', async () => {
    world = await webWorld()
    const bytes = Buffer.from([0x89, 0x50, 0x4e, 0x47])
    const images = [`data:image/png;base64,${bytes.toString('base64')}`, 'https://example.org/a.png']
    const answer = await post(`${world.url}/chat`, { message: '', images })
    expect(answer.status).toBe(200)
    expect(world.asked[0]?.images).toEqual([
      { kind: 'bytes', name: 'image-1.png', bytes },
      { kind: 'url', url: 'https://example.org/a.png' },
    ])
  })

  it('names in warnings what it left out', async () => {
    world = await webWorld({
      direct: async function* () {
        yield { kind: 'warning', words: 'temperature: this model does not take it' }
        yield { kind: 'end', end: end('Hi') }
      },
    })
    const { body } = await post(`${world.url}/chat`, {
      message: 'Hi',
      web_search: true,
      files: [{ name: 'report.pdf', data: 'data:application/pdf;base64,AAAA' }],
    })
    expect(body.warnings).toEqual([
      'web_search: not available yet; answered without searching the web',
      'files: "report.pdf" was not read; files are not available yet',
      'temperature: this model does not take it',
    ])
  })

  it('cleans text of NUL and of halves of surrogate pairs', async () => {
    world = await webWorld()
    await post(`${world.url}/chat`, '{"message":"a\\u0000b\\ud800c","instructions":"\\udc00"}')
    expect(world.asked[0]).toMatchObject({ message: 'ab\ufffdc', instructions: '\ufffd' })
  })

  it.each([
    [{}, 'message: is missing; it takes a text'],
    [{ message: ' \n' }, 'message: is empty. Write what you want to ask.'],
    [{ message: 7 }, 'message: 7 is not a text'],
    [{ message: 'x', temperature: 3 }, 'temperature: 3 is above 2'],
    [{ message: 'x', top_p: -0.1 }, 'top_p: -0.1 is below 0'],
    [{ message: 'x', max_tokens: 0 }, 'max_tokens: 0 is below 1'],
    [{ message: 'x', max_tokens: 1.5 }, 'max_tokens: 1.5 is not a whole number'],
    [{ message: 'x', stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop: takes at most 4 entries'],
    [
      { message: 'x', messages: [{ role: 'tool', content: '' }] },
      'messages.0.role: "tool" is not one of "system", "user", "assistant"',
    ],
    [
      { message: 'x', response_format: { type: 'xml' } },
      'response_format.type: is not one of "text", "json_object", "json_schema"',
    ],
    [
      { message: 'x', thread: 'thread_1' },
      'thread: is not available yet; send what was said before in "messages"',
    ],
    [{ message: 'x', images: ['http://example.org/a.png'] }, 'images.0: takes https or data URLs, not http:'],
    [{ message: 'x', images: ['data:image/png;base64,@@'] }, 'images.0: is not valid base64'],
    [
      { message: 'x', images: ['https://me:pw@example.org/'] },
      'images.0: takes no address with a password in it',
    ],
    [[], 'body: a list is not an object'],
    ['null', 'body: null is not an object'],
    ['', 'The body is empty. Send a JSON object.'],
    ['{"message":', 'The body is not JSON: check quotes, commas and brackets.'],
  ])('refuses %j in words', async (body, words) => {
    world = await webWorld()
    const answer = await post(`${world.url}/chat`, body)
    expect(answer).toMatchObject({ status: 400, body: { error: words } })
    expect(world.asked).toEqual([])
  })

  it('names an unknown field and what is allowed', async () => {
    world = await webWorld()
    const { status, body } = await post(`${world.url}/chat`, '{"message":"x","temprature":1,"__proto__":{}}')
    expect(status).toBe(400)
    expect(body.error).toMatch(
      /^body: "temprature".* is not a field here; allowed are message, messages, model,/,
    )
  })

  it.each<[Refused['kind'], number, string | null]>([
    ['access', 403, null],
    ['budget', 429, '91'],
    ['too_long', 400, null],
    ['bad_input', 400, null],
    ['unknown_model', 400, null],
  ])('answers a refusal (%s) with %i', async (kind, status, retryAfter) => {
    const retryMs = kind === 'budget' ? 90_001 : null
    world = await webWorld({ direct: failing(new Refused(kind, `Because: ${kind}`, retryMs)) })
    const answer = await post(`${world.url}/chat`, { message: 'x' })
    expect(answer).toMatchObject({ status, body: { error: `Because: ${kind}` } })
    expect(answer.headers.get('retry-after')).toBe(retryAfter)
  })

  it.each<[ModelFailure, number]>([
    ['auth', 502],
    ['model_not_found', 404],
    ['rate', 429],
    ['quota', 502],
    ['too_long', 400],
    ['bad_request', 400],
    ['server', 502],
    ['timeout', 502],
    ['network', 502],
    ['cut', 502],
    ['aborted', 503],
  ])('answers a model’s failure (%s) with %i', async (kind, status) => {
    world = await webWorld({ direct: failing(new ModelError(kind, 'In words.', { retryAfterMs: 2_500 })) })
    const answer = await post(`${world.url}/chat`, { message: 'x' })
    expect(answer.status).toBe(status)
    if (kind !== 'aborted') expect(answer.body).toEqual({ error: 'In words.' })
    expect(answer.headers.get('retry-after')).toBe(kind === 'rate' ? '3' : null)
  })

  it('keeps what broke inside to the log, and names the request in both', async () => {
    world = await webWorld({ direct: failing(new Error('the password is hunter2')) })
    const answer = await post(
      `${world.url}/chat`,
      { message: 'x' },
      { headers: { 'x-request-id': 'mine-1' } },
    )
    expect(answer.status).toBe(500)
    expect(JSON.stringify(answer.body)).not.toContain('hunter2')
    expect(answer.body.error).toContain('mine-1')
    expect(world.logged.join('')).toContain('"requestId":"mine-1"')
  })
})

describe('the other REST routes', () => {
  it('give every answer a request id, and keep a sane one that came in', async () => {
    world = await webWorld()
    for (const path of [
      '/',
      '/health',
      '/models',
      '/nothing',
      '/metrics',
      '/openapi.json',
      '/playground/app/../x',
    ])
      expect((await fetch(world.url + path)).headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
    const ask = (id: string) => fetch(world.url, { headers: { 'x-request-id': id } })
    expect((await ask('abc-1')).headers.get('x-request-id')).toBe('abc-1')
    expect((await ask('a b')).headers.get('x-request-id')).toMatch(/^req_/)
    expect(
      (await post(`${world.url}/chat`, { message: 'x' }, { headers: { 'x-request-id': 'abc-2' } })).status,
    ).toBe(200)
    expect(world.asked[0]?.turn).toBe('abc-2')
  })

  it('say what there is at / and at paths that are not there', async () => {
    world = await webWorld()
    const { body } = await call(world.url)
    expect(body).toMatchObject({ name: 'Parley', version: '0.1.0', documentation: '/openapi.json' })
    expect(Object.keys(body.endpoints as object)).toContain('POST /chat/stream')
    const missing = await call(`${world.url}/threads`)
    expect(missing.status).toBe(404)
    expect(missing.body.error).toContain('POST /chat')
    const wrong = await call(`${world.url}/chat`)
    expect(wrong).toMatchObject({ status: 405, body: { error: '/chat takes POST, not GET.' } })
    expect(wrong.headers.get('allow')).toBe('POST')
  })

  it('show browsers the page, with a policy that allows nothing inline', async () => {
    world = await webWorld()
    const response = await fetch(world.url, { headers: { accept: 'text/html,*/*;q=0.8' } })
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  })

  it('tell health, and 503 when something is broken', async () => {
    let healthy = true
    world = await webWorld({ health: async () => ({ healthy, database: healthy ? 'ok' : 'disk full' }) })
    expect(await call(`${world.url}/health`)).toMatchObject({
      status: 200,
      body: { status: 'healthy', service: 'Parley', provider: 'OpenAI', database: 'ok' },
    })
    healthy = false
    expect(await call(`${world.url}/health`)).toMatchObject({
      status: 503,
      body: { status: 'unhealthy', database: 'disk full' },
    })
  })

  it('take a check that fails or never ends for unhealthy', async () => {
    world = await webWorld({ health: () => Promise.reject(new Error('SQLITE_FULL at /secret/path')) })
    const failed = await call(`${world.url}/health`)
    expect(failed).toMatchObject({ status: 503, body: { status: 'unhealthy' } })
    expect(JSON.stringify(failed.body)).not.toContain('secret')
    await world.close()
    world = await webWorld({ health: () => new Promise(() => undefined), timing: { lookup: 20 } })
    expect((await call(`${world.url}/health`)).status).toBe(503)
  })

  it('say so when the provider does not list its models', async () => {
    world = await webWorld({
      models: (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      timing: { lookup: 20 },
    })
    expect(await call(`${world.url}/models`)).toMatchObject({
      status: 502,
      body: { error: expect.stringContaining('too long') },
    })
  })

  it('list models and measurements', async () => {
    world = await webWorld()
    expect((await call(`${world.url}/models`)).body).toEqual({
      models: ['gpt-6.1-terra'],
      default: 'gpt-6.1-terra',
    })
    const metrics = await fetch(`${world.url}/metrics`)
    expect(await metrics.text()).toBe('parley_up 1\n')
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4')
  })
})
