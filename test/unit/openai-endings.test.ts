import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Script, text } from '../fakes/openai/script.ts'

let fake: OpenAiFake
beforeAll(async () => {
  fake = await startOpenAiFake()
})
afterAll(() => fake.close())

describe('how Responses says that an answer is not whole', () => {
  const listen = () => hear(openAiAt(fake.url, 'responses'), asking('Hi'))

  test.each([
    ['max_output_tokens', 'length'],
    ['max_messages', 'length'],
    ['content_filter', 'filter'],
  ])('an incomplete answer for %s ends by %s', async (reason, ended) => {
    fake.next(incomplete({ reason }))
    expect((await listen()).events.at(-1)).toMatchObject({ kind: 'end', end: { reason: ended } })
  })

  test.each([
    [{ reason: 'steered' }, /steered/],
    [{ reason: 'new_in_2027' }, /new_in_2027/],
    [null, /no reason/],
  ])('an incomplete answer for %j is not passed off as whole or too long', async (details, words) => {
    fake.next(incomplete(details))
    const { text: said, events, error } = await listen()
    expect(said).toBe('Half')
    expect(events.some(({ kind }) => kind === 'end')).toBe(false)
    expect(error).toMatchObject({ kind: 'server', words: expect.stringMatching(words) })
  })
})

describe('how Chat Completions says that an answer ended', () => {
  const listen = () => hear(openAiAt(fake.url, 'chat'), asking('Hi'))
  const finishing = (finish_reason: string): Script => ({
    beats: [
      ...text('Half'),
      { kind: 'raw', data: { id: 'c', model: 'm', choices: [{ index: 0, delta: {}, finish_reason }] } },
    ],
    ending: { kind: 'none' },
  })

  test.each([
    ['stop', 'complete'],
    ['tool_calls', 'complete'],
    ['eos_token', 'complete'],
    ['model_length', 'length'],
    ['content_filter', 'filter'],
  ])('finish_reason %s ends by %s', async (name, reason) => {
    fake.next(finishing(name))
    expect((await listen()).events.at(-1)).toMatchObject({ kind: 'end', end: { reason } })
  })

  test.each(['error', 'abort', 'insufficient_system_resource'])(
    'finish_reason %s is a failure',
    async (name) => {
      fake.next(finishing(name))
      const { text: said, error } = await listen()
      expect(said).toBe('Half')
      expect(error).toMatchObject({ kind: 'server', words: expect.stringContaining(name) })
    },
  )
})

function incomplete(incomplete_details: { reason: string } | null): Script {
  const response = { model: 'm', status: 'incomplete', incomplete_details, usage: null }
  return {
    beats: [...text('Half'), { kind: 'raw', data: { type: 'response.incomplete', response } }],
    ending: { kind: 'none' },
  }
}
