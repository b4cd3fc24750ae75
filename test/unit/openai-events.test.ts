import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { responsesReader } from '../../adapters/openai/responses-events.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { text } from '../fakes/openai/script.ts'

let fake: OpenAiFake
beforeAll(async () => {
  fake = await startOpenAiFake()
})
afterAll(() => fake.close())

describe.each(['responses', 'chat'] as const)('the events of %s', (api) => {
  const listen = () => hear(openAiAt(fake.url, api), asking('Hi'))

  test('a refusal comes as text and ends as one', async () => {
    fake.next({
      beats: [
        { kind: 'refusal', text: 'I can’t ' },
        { kind: 'refusal', text: 'help with that.' },
      ],
    })
    const { events, text: said } = await listen()
    expect(said).toBe('I can’t help with that.')
    expect(events.at(-1)).toMatchObject({ kind: 'end', end: { reason: 'refusal' } })
  })

  test.each([
    ['length', 'length'],
    ['filter', 'filter'],
    ['complete', 'complete'],
  ] as const)('an answer that ends by %s says so', async (ending, reason) => {
    fake.next({ beats: text('Once'), ending: { kind: ending } })
    expect((await listen()).events.at(-1)).toMatchObject({ kind: 'end', end: { reason } })
  })

  test('reasoning is told apart from the answer', async () => {
    fake.next({ beats: [{ kind: 'reasoning', text: 'Let me see. ' }, ...text('42')] })
    const { events, text: said } = await listen()
    expect(events).toContainEqual({ kind: 'reasoning', delta: 'Let me see. ' })
    expect(said).toBe('42')
  })

  test('a page is cited once', async () => {
    const citation = { kind: 'citation', url: 'https://a.example/', title: 'A' } as const
    fake.next({ beats: [...text('See A.'), citation, citation] })
    expect((await listen()).events.filter(({ kind }) => kind === 'citation')).toEqual([citation])
  })

  test('function calls are passed over', async () => {
    fake.next({ beats: [{ kind: 'function', name: 'f', arguments: '{}' }, ...text('Done')] })
    expect(await listen()).toMatchObject({ text: 'Done', error: null })
  })

  test('usage is reported to the token', async () => {
    fake.next({ beats: text('x'), usage: { input: 1200, cached: 1024, output: 80, reasoning: 64 } })
    const usage = {
      inputTokens: 1200,
      cachedTokens: 1024,
      outputTokens: 80,
      reasoningTokens: 64,
      exact: true,
    }
    expect((await listen()).events.at(-1)).toMatchObject({ end: { usage, model: 'gpt-6-luna' } })
  })

  test('usage is estimated, and said to be, when the server reports none', async () => {
    fake.next({ beats: text('x'.repeat(40)), usage: null })
    expect((await listen()).events.at(-1)).toMatchObject({
      end: { usage: { exact: false, outputTokens: 10, inputTokens: 1 } },
    })
  })

  test('the request id is on the first and the last event', async () => {
    const { events } = await listen()
    const { id } = fake.ledger.at(-1)!
    expect(events[0]).toEqual({ kind: 'started', requestId: id })
    expect(events.at(-1)).toMatchObject({ end: { requestId: id } })
  })

  test('a clean end without a terminal event is a cut', async () => {
    fake.next({ beats: text('Half of'), ending: { kind: 'none' } })
    const { text: said, events, error } = await listen()
    expect(said).toBe('Half of')
    expect(events.some(({ kind }) => kind === 'end')).toBe(false)
    expect(error).toMatchObject({ kind: 'cut', requestId: fake.ledger.at(-1)?.id })
  })

  test.each([
    ['server_error', 'server'],
    ['rate_limit_exceeded', 'rate'],
    ['insufficient_quota', 'quota'],
    ['context_length_exceeded', 'too_long'],
    ['invalid_prompt', 'bad_request'],
  ])('an answer that fails in the middle with %s throws %s', async (code, kind) => {
    for (const ending of ['failed', 'error'] as const) {
      fake.next({ beats: text('Well, '), ending: { kind: ending, code, message: 'It went wrong.' } })
      const { error, text: said } = await listen()
      expect(said).toBe('Well, ')
      expect(error).toMatchObject({ kind, words: expect.stringContaining(fake.ledger.at(-1)?.id ?? '?') })
    }
  })
})

describe('the events of responses alone', () => {
  const listen = () => hear(openAiAt(fake.url, 'responses'), asking('Hi'))

  test.each(['web_search', 'file_search', 'code_interpreter', 'mcp'])('%s runs and is done', async (name) => {
    fake.next({ beats: [{ kind: 'tool', name }, ...text('Found.')] })
    const { events } = await listen()
    expect(events.filter(({ kind }) => kind === 'tool')).toEqual([
      { kind: 'tool', name, state: 'running' },
      { kind: 'tool', name, state: 'done' },
    ])
  })

  test('pictures come in parts and then whole', async () => {
    fake.next({
      beats: [
        { kind: 'image', base64: 'QQ==', partial: true },
        { kind: 'image', base64: 'QUI=', partial: false },
      ],
    })
    expect((await listen()).events.filter(({ kind }) => kind === 'image')).toEqual([
      { kind: 'image', id: 'ig_0', base64: 'QQ==', type: 'image/png', partial: true },
      { kind: 'image', id: 'ig_0', base64: 'QUI=', type: 'image/png', partial: false },
    ])
  })

  test('an event of an unknown type changes nothing', async () => {
    fake.next({
      beats: [...text('A'), { kind: 'raw', data: { type: 'response.from_the.future' } }, ...text('B')],
    })
    expect(await listen()).toMatchObject({ text: 'AB', error: null })
  })

  test('an error event without a name on its line is an error too', async () => {
    fake.next({
      beats: [{ kind: 'raw', data: { type: 'error', code: 'server_error', message: 'Oh.', param: null } }],
    })
    expect(await listen()).toMatchObject({ error: { kind: 'server' } })
  })

  test('a sign of life while the model thinks changes nothing', () => {
    expect(responsesReader()({ type: 'keepalive', sequence_number: 3 } as never)).toEqual({ kind: 'nothing' })
  })
})
