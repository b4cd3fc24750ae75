import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Direct } from '../../src/conversation/direct-port.ts'
import { Refused } from '../../src/conversation/refused.ts'
import { ModelError } from '../../src/ports/failure.ts'
import { events, post, until } from '../unit/web-http.ts'
import { end, type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const clock = systemClock()
const clientCount = process.env.PARLEY_FAULT === 'full' ? 1_000 : 20

const ask = (body: unknown, signal?: AbortSignal): Promise<Response> =>
  fetch(`${world.url}/chat/stream`, {
    method: 'POST',
    body: JSON.stringify(body),
    ...(signal && { signal }),
  })

async function data(response: Response): Promise<unknown[]> {
  const all: unknown[] = []
  for await (const event of events(response)) all.push(event.data)
  return all
}

/** Says one word, then waits until it is aborted. */
function endless(): { direct: Direct; began: () => number; aborted: () => number } {
  let began = 0
  let aborted = 0
  return {
    direct: async function* (_, signal) {
      began++
      signal.addEventListener('abort', () => aborted++, { once: true })
      yield { kind: 'text', delta: 'word ' }
      await clock.sleep(60_000, signal)
    },
    began: () => began,
    aborted: () => aborted,
  }
}

describe('POST /chat/stream', () => {
  it('sends the text as it is written, and done last', async () => {
    world = await webWorld()
    const response = await ask({ message: 'Hello there' })
    expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
    expect(await data(response)).toEqual([
      { content: 'You ' },
      { content: 'said: ' },
      { content: 'Hello ' },
      { content: 'there' },
      {
        done: true,
        model: 'gpt-6.1-terra',
        reason: 'complete',
        usage: { prompt_tokens: 12, completion_tokens: 5, total_tokens: 17, cost_usd: 0.0001 },
      },
    ])
  })

  it('sends the first word before the second is there', async () => {
    const go = Promise.withResolvers<void>()
    world = await webWorld({
      direct: async function* () {
        yield { kind: 'text', delta: 'first' }
        await go.promise
        yield { kind: 'end', end: end('first') }
      },
    })
    const stream = events(await ask({ message: 'x' }))
    expect((await stream.next()).value?.data).toEqual({ content: 'first' })
    go.resolve()
    expect((await stream.next()).value?.data).toMatchObject({ done: true })
  })

  it('ends with the failure in words, and never with done', async () => {
    world = await webWorld({
      direct: async function* () {
        yield { kind: 'text', delta: 'so far' }
        throw new ModelError('cut', 'The answer broke off. Ask again.')
      },
    })
    const [first, last, ...more] = await data(await ask({ message: 'x' }))
    expect(first).toEqual({ content: 'so far' })
    expect(last).toMatchObject({ error: 'The answer broke off. Ask again.' })
    expect(more).toEqual([])
  })

  it('takes an engine that ends without an end for a failure', async () => {
    world = await webWorld({
      direct: async function* () {
        yield { kind: 'text', delta: 'so far' }
      },
    })
    const all = await data(await ask({ message: 'x' }))
    expect(all).toHaveLength(2)
    expect(all[1]).toHaveProperty('error')
  })

  it('answers a refusal with its own status, since nothing was streamed yet', async () => {
    world = await webWorld({
      direct: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => Promise.reject(new Refused('budget', 'The day’s budget is used up.', 60_000)),
        }),
      }),
    })
    const answer = await post(`${world.url}/chat/stream`, { message: 'x' })
    expect(answer).toMatchObject({ status: 429, body: { error: 'The day’s budget is used up.' } })
    expect(answer.headers.get('retry-after')).toBe('60')
    expect((await post(`${world.url}/chat/stream`, { message: 'x', foo: 1 })).status).toBe(400)
  })

  it('keeps a quiet stream open with comments', async () => {
    const { direct } = endless()
    world = await webWorld({ direct, timing: { heartbeat: 20 } })
    const gone = new AbortController()
    const stream = events(await ask({ message: 'x' }, gone.signal))
    expect((await stream.next()).value).toMatchObject({ event: 'message' })
    expect((await stream.next()).value).toMatchObject({ event: 'comment' })
    expect((await stream.next()).value).toMatchObject({ event: 'comment' })
    gone.abort()
  })

  it.each(['/chat', '/chat/stream'])(
    'aborts the model within a second when the client of %s goes away',
    async (path) => {
      const { direct, began, aborted } = endless()
      world = await webWorld({ direct })
      // Plain sockets: a thousand aborted fetches would be most of what is measured.
      const clients = Array.from({ length: clientCount }, () => {
        const client = request(world.url + path, { method: 'POST' }, (response) => response.resume())
        client.on('error', () => undefined)
        client.end('{"message":"x"}')
        return client
      })
      await until(() => began() === clients.length)
      const left = performance.now()
      for (const client of clients) client.destroy()
      await until(() => aborted() === clients.length)
      expect(performance.now() - left).toBeLessThan(1_000)
    },
  )

  it('gives up a client that takes nothing, and lets no text pile up for it', async () => {
    let given = 0
    let aborted = false
    world = await webWorld({
      timing: { stalled: 200 },
      direct: async function* (_, signal) {
        signal.addEventListener('abort', () => {
          aborted = true
        })
        for (;;) {
          given++
          yield { kind: 'text', delta: 'x'.repeat(10_000) }
        }
      },
    })
    const stalled = request(`${world.url}/chat/stream`, { method: 'POST' }, (response) => response.pause())
    stalled.on('error', () => undefined)
    stalled.end('{"message":"x"}')
    await until(() => aborted)
    expect(given * 10_000).toBeLessThan(30_000_000)
    stalled.destroy()
  })
})
