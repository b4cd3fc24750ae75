import { afterEach, describe, expect, it } from 'vitest'
import { post } from '../unit/web-http.ts'
import { end, type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

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
      { index: 0, kind: 'bytes', name: 'image-1.png', bytes },
      { index: 1, kind: 'url', url: 'https://example.org/a.png' },
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
    })
    expect(body.warnings).toEqual([
      'web_search: not available yet; answered without searching the web',
      'temperature: this model does not take it',
    ])
  })

  it('cleans text of NUL and of halves of surrogate pairs', async () => {
    world = await webWorld()
    await post(`${world.url}/chat`, '{"message":"a\\u0000b\\ud800c","instructions":"\\udc00"}')
    expect(world.asked[0]).toMatchObject({ message: 'ab\ufffdc', instructions: '\ufffd' })
  })

  it.each([
    [{}, 'message: is empty. Write what you want to ask.'],
    [{ message: ' \n' }, 'message: is empty. Write what you want to ask.'],
    [{ message: 7 }, 'message: 7 is not a text'],
    [{ message: 'x', temperature: 3 }, 'temperature: 3 is above 2'],
    [{ message: 'x', top_p: -0.1 }, 'top_p: -0.1 is below 0'],
    [{ message: 'x', max_tokens: 0 }, 'max_tokens: 0 is below 1'],
    [{ message: 'x', max_tokens: 1.5 }, 'max_tokens: 1.5 is not a whole number'],
    [{ message: 'x', stop: ['a', 'b', 'c', 'd', 'e'] }, 'stop: takes at most 4 entries'],
    [
      { message: 'x', messages: [{ role: 'tool', content: '' }] },
      'messages[0].role: "tool" is not one of "system", "user", "assistant"',
    ],
    [
      { message: 'x', response_format: { type: 'xml' } },
      'response_format.type: is not one of "text", "json_object", "json_schema"',
    ],
    [
      { message: 'x', thread: 'thread_1' },
      'thread: is not available yet; send what was said before in "messages"',
    ],
    [
      { message: 'x', images: ['http://example.org/a.png'] },
      'images[0]: takes https or data URLs, not http:',
    ],
    [{ message: 'x', images: ['data:image/png;base64,@@'] }, 'images[0]: is not valid base64'],
    [
      { message: 'x', images: ['https://me:pw@example.org/'] },
      'images[0]: takes no address with a password in it',
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
})
