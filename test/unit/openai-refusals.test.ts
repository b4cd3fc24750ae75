import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ModelEvent, Parameters } from '../../src/ports/model.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { fieldsOf } from '../fakes/openai/received.ts'
import { text } from '../fakes/openai/script.ts'

let fake: OpenAiFake
beforeEach(async () => {
  fake = await startOpenAiFake()
})
afterEach(() => fake.close())

const warned = (events: readonly ModelEvent[]): string[] =>
  events.flatMap((event) => (event.kind === 'warning' ? [event.parameter] : []))
const paths = (): string[] => fake.ledger.map(({ path }) => path)
const lastFields = () => fieldsOf(fake.ledger.at(-1)!)

describe.each(['responses', 'chat'] as const)('%s', (api) => {
  test('leaves out what the model refuses, says so, and remembers it', async () => {
    fake.refuse('gpt-6-luna', 'temperature', 'top_p')
    const openai = openAiAt(fake.url, api)
    const request = asking('Hi', { temperature: 0.2, topP: 0.5 })

    const first = await hear(openai, request)
    expect(first.error).toBeNull()
    expect(warned(first.events)).toEqual(['temperature', 'top_p'])
    expect(fake.ledger).toHaveLength(3)

    const second = await hear(openai, request)
    expect(warned(second.events)).toEqual(['temperature', 'top_p'])
    expect(fake.ledger).toHaveLength(4)
    expect(lastFields()).not.toHaveProperty('temperature')
  })

  test('warns only of what was asked for', async () => {
    fake.refuse('gpt-6-luna', 'temperature')
    const openai = openAiAt(fake.url, api)
    await hear(openai, asking('Hi', { temperature: 0.2 }))
    expect(warned((await hear(openai, asking('Hi'))).events)).toEqual([])
  })

  test('remembers for each model alone', async () => {
    fake.refuse('gpt-6-luna', 'temperature')
    const openai = openAiAt(fake.url, api)
    await hear(openai, asking('Hi', { temperature: 0.2 }))
    await hear(openai, { ...asking('Hi', { temperature: 0.2 }), model: 'gpt-6.1-sol' })
    expect(lastFields()).toHaveProperty('temperature', 0.2)
  })

  test('does not leave out a value that is merely wrong', async () => {
    const { error } = await hear(openAiAt(fake.url, api), asking('Hi', { temperature: 7 }))
    expect(error).toMatchObject({ kind: 'bad_request', words: expect.stringContaining('temperature') })
    expect(fake.ledger).toHaveLength(1)
  })

  test('leaves out a response format that the model can’t follow', async () => {
    fake.refuse('gpt-6-luna', 'text', 'response_format')
    const heard = await hear(
      openAiAt(fake.url, api),
      asking('Hi', { responseFormat: { kind: 'json_object' } }),
    )
    expect(heard.error).toBeNull()
    expect(warned(heard.events)).toEqual(['response_format'])
  })
})

describe('chat', () => {
  test('names the limit as the model knows it, without a warning', async () => {
    fake.refuse('gpt-6-luna', 'max_tokens')
    const heard = await hear(openAiAt(fake.url, 'chat'), asking('Hi', { maxTokens: 50 }))
    expect(heard.error).toBeNull()
    expect(warned(heard.events)).toEqual([])
    expect(lastFields()).toMatchObject({ max_completion_tokens: 50 })
    expect(lastFields()).not.toHaveProperty('max_tokens')
  })

  test('leaves the limit out when the model knows neither name', async () => {
    fake.refuse('gpt-6-luna', 'max_tokens', 'max_completion_tokens')
    const heard = await hear(openAiAt(fake.url, 'chat'), asking('Hi', { maxTokens: 50 }))
    expect(warned(heard.events)).toEqual(['max_tokens'])
  })

  test('gives its instructions in the role that the model knows', async () => {
    fake.refuse('gpt-6-luna', 'system')
    const request = { ...asking('Hi'), instructions: 'Be kind.' }
    expect((await hear(openAiAt(fake.url, 'chat'), request)).error).toBeNull()
    expect(lastFields()).toMatchObject({
      messages: [{ role: 'developer', content: 'Be kind.' }, { role: 'user' }],
    })
  })

  test('does without a usage report where the server refuses to give one', async () => {
    fake.refuse('gpt-6-luna', 'stream_options')
    const { events } = await hear(openAiAt(fake.url, 'chat'), asking('Hi'))
    expect(warned(events)).toEqual([])
    expect(events.at(-1)).toMatchObject({ kind: 'end', end: { usage: { exact: false } } })
  })

  test.each([
    ['Extra inputs are not permitted: stream_options', 'stream_options'],
    ["unsupported field 'stop'", 'stop'],
    ['This model does not support temperature', 'temperature'],
  ])('understands a server that refuses in words: %s', async (message, field) => {
    fake.next({ kind: 'status', status: 400, message }, { beats: text('Yes') })
    const heard = await hear(openAiAt(fake.url, 'chat'), asking('Hi', { temperature: 1, stop: ['x'] }))
    expect(heard.text).toBe('Yes')
    expect(fieldsOf(fake.ledger[0]!)).toHaveProperty(field)
    expect(lastFields()).not.toHaveProperty(field)
  })

  test('gives up when the server refuses the same thing for ever', async () => {
    fake.always({
      kind: 'status',
      status: 400,
      code: 'unsupported_parameter',
      param: 'temperature',
      message: 'No.',
    })
    const { error } = await hear(openAiAt(fake.url, 'chat'), asking('Hi', { temperature: 1 }))
    expect(error).toMatchObject({ kind: 'bad_request' })
    expect(fake.ledger).toHaveLength(2)
  })
})

describe('responses', () => {
  const chatOnly: [string, Parameters][] = [
    ['stop', { stop: ['END'] }],
    ['frequency_penalty', { frequencyPenalty: 0.5 }],
    ['presence_penalty', { presencePenalty: 0.5 }],
    // Below what Responses takes.
    ['max_tokens', { maxTokens: 5 }],
  ]

  test.each(chatOnly)('sends a request with %s through Chat Completions', async (field, parameters) => {
    expect((await hear(openAiAt(fake.url, 'responses'), asking('Hi', parameters))).error).toBeNull()
    expect(paths()).toEqual(['/chat/completions'])
    expect(lastFields()).toHaveProperty(field)
  })

  test('stays at Responses with a model that is nowhere else, and says what it left out', async () => {
    const elsewhere = {
      kind: 'status',
      status: 404,
      param: 'model',
      message: 'This model is only supported in v1/responses and not in v1/chat/completions.',
    } as const
    fake.next(elsewhere)
    const openai = openAiAt(fake.url, 'responses')
    const heard = await hear(openai, asking('Hi', { stop: ['END'], maxTokens: 5 }))
    expect(heard.error).toBeNull()
    expect(warned(heard.events)).toEqual(['stop'])
    expect(lastFields()).toMatchObject({ max_output_tokens: 16 })
    await hear(openai, asking('Hi', { frequencyPenalty: 1 }))
    expect(paths()).toEqual(['/chat/completions', '/responses', '/responses'])
  })

  test('comes back to Responses when Chat Completions refuses it too', async () => {
    fake.refuse('gpt-6-luna', 'stop')
    const openai = openAiAt(fake.url, 'responses')
    const heard = await hear(openai, asking('Hi', { stop: ['END'] }))
    expect(warned(heard.events)).toEqual(['stop'])
    expect(paths()).toEqual(['/chat/completions', '/responses'])
    await hear(openai, asking('Hi', { stop: ['END'] }))
    expect(paths().slice(2)).toEqual(['/responses'])
  })
})
