import { afterEach, beforeEach, expect, it } from 'vitest'
import { firstDialect } from '../../adapters/openai/dialect.ts'
import { responsesBody } from '../../adapters/openai/responses-request.ts'
import type { ReplyRequest } from '../../src/ports/model.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { fieldsOf } from '../fakes/openai/received.ts'
import { text } from '../fakes/openai/script.ts'

let fake: OpenAiFake
beforeEach(async () => {
  fake = await startOpenAiFake()
})
afterEach(() => fake.close())

const request: ReplyRequest = {
  ...asking('Paint a lighthouse'),
  tools: [{ kind: 'image_generation', model: 'gpt-image-2.5-flare', partials: 2, most: 3 }],
}
const tools = () => fieldsOf(fake.ledger.at(-1)!).tools

it('goes to Responses as the model’s own tool, and its pictures come as events', async () => {
  fake.next({
    beats: [
      { kind: 'image', base64: 'QQ==', partial: true },
      { kind: 'image', base64: 'QUI=', partial: false },
      ...text('Here.'),
    ],
  })
  const { events, error } = await hear(openAiAt(fake.url, 'responses'), request)
  expect(error).toBeNull()
  expect(tools()).toEqual([{ type: 'image_generation', model: 'gpt-image-2.5-flare', partial_images: 2 }])
  expect(events.filter(({ kind }) => kind === 'image')).toEqual([
    { kind: 'image', id: expect.any(String), base64: 'QQ==', type: 'image/png', partial: true },
    { kind: 'image', id: expect.any(String), base64: 'QUI=', type: 'image/png', partial: false },
  ])
  expect(events.some(({ kind }) => kind === 'warning')).toBe(false)
})

it('is told how many pictures there may be, where OpenAI’s own fields may go', () => {
  const dialect = firstDialect(true)
  expect(responsesBody(request, dialect, true).max_tool_calls).toBe(3)
  expect(responsesBody(request, dialect, false)).not.toHaveProperty('max_tool_calls')
  expect(responsesBody(asking('Hi'), dialect, true)).not.toHaveProperty('max_tool_calls')
})

it('is left out with a warning where the model refuses it, the answer coming all the same', async () => {
  fake.refuse('gpt-6-luna', 'tools')
  const { events, error } = await hear(openAiAt(fake.url, 'responses'), request)
  expect(error).toBeNull()
  expect(tools()).toBeUndefined()
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'warning', parameter: 'image_generation', why: expect.any(String) }),
  )
})

it('is no tool of Chat Completions, which is told by a warning', async () => {
  const { events, text: said } = await hear(openAiAt(fake.url, 'chat'), request)
  expect(said).not.toBe('')
  expect(tools()).toBeUndefined()
  expect(events).toContainEqual(expect.objectContaining({ kind: 'warning', parameter: 'image_generation' }))
})
