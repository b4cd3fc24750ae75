import pino from 'pino'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { chatBody } from '../../adapters/openai/chat-request.ts'
import { connect, defaultTimeouts } from '../../adapters/openai/connection.ts'
import { firstDialect } from '../../adapters/openai/dialect.ts'
import { endpointAt } from '../../adapters/openai/endpoint.ts'
import { createOpenAi } from '../../adapters/openai/openai.ts'
import { responsesBody } from '../../adapters/openai/responses-request.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { PromptPart, ReplyRequest } from '../../src/ports/model.ts'
import { never } from '../contract/model.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { fieldsOf } from '../fakes/openai/received.ts'

let fake: OpenAiFake
beforeAll(async () => {
  fake = await startOpenAiFake()
})
afterAll(() => fake.close())

const picture: PromptPart = {
  kind: 'image',
  image: {
    kind: 'bytes',
    bytes: new Uint8Array([1, 2, 3]),
    type: 'image/png',
    width: 1,
    height: 1,
    name: 'a.png',
  },
}
const linked: PromptPart = { kind: 'image', image: { kind: 'url', url: 'https://a.example/b.png' } }
const voice: PromptPart = { kind: 'audio', name: 'v.ogg', type: 'audio/ogg', seconds: 3.25 }
const schema = { type: 'object', properties: {}, additionalProperties: false }
const full: ReplyRequest = {
  ...asking('Look', { temperature: 0, topP: 1, maxTokens: 100 }, picture, linked, voice),
  instructions: 'Be kind.',
  person: 'p-hash',
  cacheKey: 'c-1',
}
const audioNote = '[Audio: v.ogg, audio/ogg, 3.3 s. The recording itself is not included.]'

describe('a request to Responses', () => {
  test('carries words, pictures and parameters, and is not stored', () => {
    expect(responsesBody(full, firstDialect(true), true)).toEqual({
      model: 'gpt-6-luna',
      instructions: 'Be kind.',
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'Look' },
            { type: 'input_image', image_url: 'data:image/png;base64,AQID', detail: 'auto' },
            { type: 'input_image', image_url: 'https://a.example/b.png', detail: 'auto' },
            { type: 'input_text', text: audioNote },
          ],
        },
      ],
      stream: true,
      store: false,
      temperature: 0,
      top_p: 1,
      max_output_tokens: 100,
      safety_identifier: 'p-hash',
      prompt_cache_key: 'c-1',
    })
  })

  test('asks for JSON by a schema', () => {
    const format = { kind: 'json_schema', name: 'thing', schema, strict: true } as const
    const body = responsesBody(asking('x', { responseFormat: format }), firstDialect(true), true)
    expect(body.text).toEqual({ format: { type: 'json_schema', name: 'thing', schema, strict: true } })
  })
})

describe('a request to Chat Completions', () => {
  test('at OpenAI uses its newer names', () => {
    expect(chatBody(full, firstDialect(true), true)).toMatchObject({
      messages: [{ role: 'developer', content: 'Be kind.' }, { role: 'user' }],
      max_completion_tokens: 100,
      store: false,
      safety_identifier: 'p-hash',
      prompt_cache_key: 'c-1',
      stream_options: { include_usage: true },
    })
  })

  test('elsewhere sends the least', () => {
    expect(chatBody(full, firstDialect(false), false)).toEqual({
      model: 'gpt-6-luna',
      messages: [
        { role: 'system', content: 'Be kind.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'Look' },
            { type: 'image_url', image_url: { url: 'data:image/png;base64,AQID' } },
            { type: 'image_url', image_url: { url: 'https://a.example/b.png' } },
            { type: 'text', text: audioNote },
          ],
        },
      ],
      stream: true,
      stream_options: { include_usage: true },
      temperature: 0,
      top_p: 1,
      max_tokens: 100,
    })
  })

  test('is plain text where there is no picture', () => {
    const { messages } = chatBody(asking('Hi'), firstDialect(false), false)
    expect(messages).toEqual([{ role: 'user', content: 'Hi' }])
  })

  test('asks for JSON by a schema', () => {
    const format = { kind: 'json_schema', name: 'thing', schema, strict: true } as const
    const body = chatBody(asking('x', { responseFormat: format }), firstDialect(false), false)
    expect(body.response_format).toEqual({
      type: 'json_schema',
      json_schema: { name: 'thing', schema, strict: true },
    })
  })
})

describe('where a request goes', () => {
  test.each([
    [null, true, 'OpenAI', 'api.openai.com'],
    ['https://api.openai.com/v1', true, 'OpenAI', 'api.openai.com'],
    ['https://eu.api.openai.com/v1', true, 'OpenAI', 'eu.api.openai.com'],
    [
      'https://api.openai.com.evil.example/v1',
      false,
      'api.openai.com.evil.example',
      'api.openai.com.evil.example',
    ],
    ['http://localhost:11434/v1', false, 'localhost:11434', 'localhost:11434'],
  ])('%s is OpenAI: %s', (url, official, provider, host) => {
    expect(endpointAt(url, null, systemClock())).toMatchObject({ official, provider, host })
  })

  test('automatically to Chat Completions at another base URL', async () => {
    const options = {
      apiKey: 'sk-test',
      baseUrl: fake.url,
      log: pino({ level: 'silent' }),
      clock: systemClock(),
    }
    await hear(createOpenAi({ ...options, api: 'auto' }), asking('Hi'))
    expect(fake.ledger.at(-1)?.path).toBe('/chat/completions')
    await hear(createOpenAi({ ...options, api: 'responses' }), asking('Hi'))
    expect(fake.ledger.at(-1)?.path).toBe('/responses')
  })

  test('with the key, and without any when there is none', async () => {
    await hear(openAiAt(fake.url, 'chat', { key: 'sk-mine' }), asking('Hi'))
    expect(fake.ledger.at(-1)?.authorization).toBe('Bearer sk-mine')
    await hear(openAiAt(fake.url, 'chat', { key: null }), asking('Hi'))
    expect(fake.ledger.at(-1)?.authorization).toBeNull()
  })

  test('without the organization’s name to other servers', async () => {
    vi.stubEnv('OPENAI_ORG_ID', 'org-mine')
    await hear(openAiAt(fake.url, 'chat'), asking('Hi'))
    vi.unstubAllEnvs()
    expect(fake.ledger.at(-1)?.headers).not.toHaveProperty('openai-organization')
  })

  test('with nothing that the API does not know', async () => {
    const everything = {
      ...full,
      parameters: { ...full.parameters, responseFormat: { kind: 'text' } as const },
    }
    for (const api of ['responses', 'chat'] as const) {
      expect((await hear(openAiAt(fake.url, api), everything)).error).toBeNull()
      expect(fieldsOf(fake.ledger.at(-1)!)).toMatchObject({ model: 'gpt-6-luna' })
    }
  })

  test('the SDK is loaded at the first call and once', async () => {
    const connection = connect(
      endpointAt(fake.url, null, systemClock()),
      null,
      defaultTimeouts(false),
      pino({ level: 'silent' }),
    )
    const [first, second] = await Promise.all([connection.client(never()), connection.client(never())])
    expect(first).toBe(second)
    expect(first.baseURL).toBe(fake.url)
  })
})
