import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { asking, type Heard, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'

const LARGE = 20_000_000
/** Unmended it is some 19 seconds; a loaded machine needs a fraction of one. */
const LONGEST_MS = 3_000
const LONGEST_PAUSE_MS = 1_000
/** The body itself, in the fake, is in the same process. */
const MOST_MEMORY = 150_000_000

let fake: OpenAiFake
beforeEach(async () => {
  fake = await startOpenAiFake()
})
afterEach(() => fake.close())

const page = (size: number, piece = '<p>The model is not here, role by role. </p>'): string =>
  `<html>${piece.repeat(Math.ceil(size / piece.length))}</html>`

/** A bearer's beginnings, roles and models in great number: what patterns with a gap in them stumble over. */
const hostile = 'model role Bearer sk- '

/** Told in different ways; PARLEY_FAULT=full looks at all that are told in one of them. */
const statuses = process.env.PARLEY_FAULT === 'full' ? [400, 401, 404, 429, 500, 200] : [400, 429, 200]

describe.each(statuses)('status %d', (status) => {
  test.each([
    ['a web page', page(LARGE), 'text/html'],
    [
      'JSON',
      JSON.stringify({ error: { message: hostile.repeat(LARGE / hostile.length) } }),
      'application/json',
    ],
    ['one endless word', 'a'.repeat(LARGE), 'text/html'],
  ])(
    '%s of 20 MB is told in a moment and in few words, and everything else goes on',
    async (_name, body, type) => {
      if (status === 200 && type !== 'text/html') return
      const bytes = Buffer.from(body)
      const headers = { 'content-type': type, 'x-should-retry': 'false' }
      await hear(openAiAt(fake.url, 'chat'), asking('Hi'))
      fake.next({ kind: 'bytes', status, headers, bytes })
      const { heard, took, pause, memory } = await measured(() =>
        hear(
          openAiAt(fake.url, 'chat', { log: pino({ level: 'trace' }, { write: () => {} }) }),
          asking('Hi'),
        ),
      )
      const { words, message, stack } = heard.error as Error & { words: string }
      expect(words.length).toBeLessThan(600)
      expect(`${message}${stack}`.length).toBeLessThan(10_000)
      expect(took).toBeLessThan(LONGEST_MS)
      expect(pause).toBeLessThan(LONGEST_PAUSE_MS)
      expect(memory).toBeLessThan(MOST_MEMORY)
    },
  )
})

test('an error’s cause is short too', async () => {
  fake.next({ kind: 'status', status: 400, message: `Bad. ${'long '.repeat(10_000)}` })
  const { error } = await hear(openAiAt(fake.url, 'chat'), asking('Hi'))
  const cause = (error as Error).cause as Error
  expect(cause.message.length).toBeLessThan(400)
  expect(cause.stack?.length).toBeLessThan(4_000)
  expect(cause.stack).toContain('    at ')
})

test('an error event with a long text in mid-stream is told in few words', async () => {
  const message = hostile.repeat(50_000)
  fake.next({ beats: [{ kind: 'text', text: 'A' }], ending: { kind: 'error', code: 'x', message } })
  const { heard, pause } = await measured(() => hear(openAiAt(fake.url, 'responses'), asking('Hi')))
  expect((heard.error as { words: string }).words.length).toBeLessThan(600)
  expect(pause).toBeLessThan(LONGEST_PAUSE_MS)
})

test('an error of a usual size is read as before', async () => {
  const message = `${'é'.repeat(2_000)} maximum context length`
  fake.next({ kind: 'status', status: 400, message })
  expect((await hear(openAiAt(fake.url, 'chat'), asking('Hi'))).error).toMatchObject({ kind: 'too_long' })
})

async function measured(
  run: () => Promise<Heard>,
): Promise<{ heard: Heard; took: number; pause: number; memory: number }> {
  const before = process.memoryUsage.rss()
  const delay = monitorEventLoopDelay({ resolution: 10 })
  delay.enable()
  const begun = performance.now()
  const heard = await run()
  // A blocked loop is seen by the next timer only.
  await new Promise((resolve) => setTimeout(resolve, 20))
  const took = performance.now() - begun
  delay.disable()
  return { heard, took, pause: delay.max / 1e6, memory: process.memoryUsage.rss() - before }
}

test('a refusal whose text breaks off keeps its status', async () => {
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(400, { 'content-type': 'application/json', 'content-length': '1000' })
    response.write('{"error": {"message": "No', () => response.socket?.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  try {
    const { error } = await hear(openAiAt(`http://127.0.0.1:${port}/v1`, 'chat'), asking('Hi'))
    expect(error).toMatchObject({ kind: 'bad_request', status: 400 })
  } finally {
    await new Promise((resolve) => server.close(resolve))
  }
})
