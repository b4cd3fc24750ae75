import { inspect } from 'node:util'
import pino, { type Logger } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scrubber } from '../../adapters/openai/scrub.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Planned, rateLimited, text } from '../fakes/openai/script.ts'

/** Has what URL-encoding and base64 change. */
const KEY = 'canary+key/with=signs&0123456789'
const FORMS = [KEY, encodeURIComponent(KEY), Buffer.from(KEY).toString('base64').replace(/=+$/, '')]
const WORDS = 'the person’s private words'

let fake: OpenAiFake
beforeAll(async () => {
  fake = await startOpenAiFake({ key: KEY })
})
afterAll(() => fake.close())

/** Servers that repeat the key in every place they can. */
const echoes: readonly (readonly [string, Planned])[] = [
  ['an answer', { beats: text('Hello') }],
  ['a 401', { kind: 'status', status: 401, message: `Wrong key ${KEY}` }],
  [
    'a 400',
    { kind: 'status', status: 400, message: `Bearer ${KEY} is bad, base64 ${FORMS[2]}, url ${FORMS[1]}` },
  ],
  ['a 403', { kind: 'status', status: 403, message: `${KEY} may not` }],
  ['a 404', { kind: 'status', status: 404, message: KEY }],
  ['a 429', { ...rateLimited('60'), message: KEY }],
  [
    'a 500',
    { kind: 'status', status: 500, message: KEY, headers: { 'retry-after-ms': '1', 'set-cookie': KEY } },
  ],
  ['a page', { kind: 'status', status: 503, body: `<p>${KEY}</p>`, headers: { 'retry-after-ms': '1' } }],
  [
    'an error in the middle',
    { beats: text('A'), ending: { kind: 'error', code: 'server_error', message: KEY } },
  ],
  [
    'a failure in the middle',
    { beats: text('A'), ending: { kind: 'failed', code: 'invalid_prompt', message: KEY } },
  ],
  ['a torn stream', { beats: text('A'), cut: { at: 500, by: 'rst' } }],
]

describe.each(['responses', 'chat'] as const)('%s', (api) => {
  test.each(echoes)('no log line and no error holds the key or the words: %s', async (_name, planned) => {
    const { log, lines } = recording()
    fake.always(planned)
    const { error } = await hear(openAiAt(fake.url, api, { key: KEY, log }), asking(WORDS))
    fake.always(null)
    log.error({ err: error }, 'as the engine would write it')
    const written = `${lines.join('')}${inspect(error, { depth: 20, showHidden: true })}`
    expect(lines.length).toBeGreaterThan(2)
    for (const form of FORMS) expect(written).not.toContain(form)
    expect(written).not.toContain(WORDS)
  })
})

test('the key does go to the server', async () => {
  await hear(openAiAt(fake.url, 'chat', { key: KEY }), asking('Hi'))
  expect(fake.ledger.at(-1)?.authorized).toBe(true)
})

test('another key and a bearer token are hidden too', () => {
  const scrub = scrubber(null)
  expect(scrub('Incorrect API key provided: sk-proj-abc***wxyz.')).toBe(
    'Incorrect API key provided: [hidden]',
  )
  expect(scrub('authorization: Bearer abc.def')).toBe('authorization: Bearer [hidden]')
  expect(scrub('a risk-free desk-lamp')).toBe('a risk-free desk-lamp')
})

test('details of requests arrive in the log as fields', async () => {
  const { log, lines } = recording()
  await hear(openAiAt(fake.url, 'chat', { key: KEY, log }), asking('Hi'))
  const sent = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg.includes('sending request'))
  expect(sent).toMatchObject({ adapter: 'openai', method: 'post', url: `${fake.url}/chat/completions` })
})

function recording(): { log: Logger; lines: string[] } {
  const lines: string[] = []
  return { log: pino({ level: 'trace' }, { write: (line) => void lines.push(line) }), lines }
}
