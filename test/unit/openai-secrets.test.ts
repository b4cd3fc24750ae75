import { inspect } from 'node:util'
import pino, { type Logger } from 'pino'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { scrubber } from '../../adapters/openai/scrub.ts'
import { asking, hear, openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Planned, rateLimited, text } from '../fakes/openai/script.ts'

/** Has what URL-encoding and base64 change. */
const KEY = 'canary+key/with=signs&0123456789'
const base64 = (text: string): string => Buffer.from(text).toString('base64')
const FORMS = [
  KEY,
  encodeURIComponent(KEY),
  base64(KEY).replace(/=+$/, ''),
  base64(`Bearer ${KEY}`),
  base64(`Bearer ${KEY}`).slice(16, 40),
  KEY.slice(-14),
  KEY.slice(-8),
  KEY.slice(0, 8),
]
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
  ['a 400 with the header in base64', { kind: 'status', status: 400, message: `got ${FORMS[3]}` }],
  ['a 400 with the key’s end', { kind: 'status', status: 400, message: `the key …${KEY.slice(-14)} is bad` }],
  ['a 400 with the key cut off', { kind: 'status', status: 400, message: `bad: ${KEY.slice(0, 20)}` }],
  [
    'a 400 with the key where the text is cut',
    { kind: 'status', status: 400, message: `${'a '.repeat(138)} ${KEY} ${'a '.repeat(1_846)}${KEY} ${KEY}` },
  ],
  ['a 403', { kind: 'status', status: 403, message: `${KEY} may not` }],
  ['a request id', { kind: 'status', status: 400, message: 'Bad', headers: { 'x-request-id': `r-${KEY}` } }],
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
    'Incorrect API key provided: [secret]',
  )
  expect(scrub('authorization: Bearer abc.def')).toBe('authorization: Bearer [secret]')
  expect(scrub('a risk-free desk-lamp')).toBe('a risk-free desk-lamp')
})

test('details of requests arrive in the log as fields', async () => {
  const { log, lines } = recording()
  await hear(openAiAt(fake.url, 'chat', { key: KEY, log }), asking('Hi'))
  const sent = lines.map((line) => JSON.parse(line)).find(({ msg }) => msg.includes('sending request'))
  expect(sent).toMatchObject({ adapter: 'openai', method: 'post', url: `${fake.url}/chat/completions` })
})

test('nothing but the key’s last letters is shown where a server names it so', () => {
  const scrub = scrubber(KEY)
  expect(scrub(`the key …${KEY.slice(-4)} is bad`)).toBe(`the key …${KEY.slice(-4)} is bad`)
  expect(scrub(`the key …${KEY.slice(-8)} is bad`)).toBe('the key …[secret] is bad')
  expect(scrub(`base64 ${base64(`x${KEY}`)} and ${base64(`xy${KEY}`)}`)).not.toContain(
    base64(`x${KEY}`).slice(4, 30),
  )
})

test.each(['info', 'warn'] as const)('at %s no line holds what a server says of an error', async (level) => {
  const { lines } = recording()
  const log = pino({ level }, { write: (line) => void lines.push(line) })
  const said = `You sent: ${WORDS}`
  for (const status of [400, 401, 404, 429, 500]) {
    for (const api of ['responses', 'chat'] as const) {
      fake.always({ kind: 'status', status, message: said, headers: { 'retry-after-ms': '1' } })
      const { error } = await hear(openAiAt(fake.url, api, { key: KEY, log }), asking(WORDS))
      expect(error).not.toBeNull()
      fake.always({ beats: text('A'), ending: { kind: 'error', code: 'server_error', message: said } })
      await hear(openAiAt(fake.url, api, { key: KEY, log }), asking(WORDS))
    }
  }
  fake.always(null)
  expect(lines.join('')).not.toContain(WORDS)
})

function recording(): { log: Logger; lines: string[] } {
  const lines: string[] = []
  return { log: pino({ level: 'trace' }, { write: (line) => void lines.push(line) }), lines }
}
