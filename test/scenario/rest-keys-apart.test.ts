import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Program, startProgram } from '../fakes/program.ts'
import { call, post } from '../unit/web-http.ts'

const keys = { ada: 'parley-key-of-ada', grace: 'parley-key-of-grace' }
let directory: string
let fake: OpenAiFake
let program: Program
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-rest-apart-'))
  fake = await startOpenAiFake()
  const env = {
    ...{ OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: fake.url, OPENAI_API: 'responses' },
    PARLEY_API_KEYS: Object.values(keys).join(','),
  }
  program = await startProgram({ directory, env })
}, 30_000)
afterAll(async () => {
  await program?.kill('SIGKILL')
  await fake?.close()
  await rm(directory, { recursive: true, force: true })
})

const as = (who: keyof typeof keys) => ({ authorization: `Bearer ${keys[who]}` })
const sent = (path: string) => fake.ledger.filter((one) => one.path === path).length
const question = () => readFile(new URL('../files/question.ogg', import.meta.url))

async function transcribe(who: keyof typeof keys, fields: Record<string, string> = {}) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields)) body.append(name, value)
  body.append('file', new File([new Uint8Array(await question())], `of-${who}.ogg`))
  const answer = await call(`${program.url}/audio/transcriptions`, { method: 'POST', headers: as(who), body })
  expect(answer.status).toBe(200)
  return answer.body.text
}

it('what one key had transcribed is neither told to another, nor decided for it', async () => {
  expect(await transcribe('ada')).toContain('of-ada')
  expect(await transcribe('grace')).toContain('of-grace')
  const before = sent('/audio/transcriptions')
  expect(await transcribe('ada')).toContain('of-ada')
  expect(sent('/audio/transcriptions')).toBe(before)
  const data = `data:audio/ogg;base64,${(await question()).toString('base64')}`
  const files = [{ name: 'asked-by-grace.ogg', data }]
  await post(`${program.url}/chat`, { message: 'What is said?', files }, { headers: as('grace') })
  const given = JSON.stringify(fake.ledger.filter(({ path }) => path === '/responses').at(-1)?.body)
  expect(given).not.toContain('of-ada')
}, 20_000)

it('what one key had spoken is spoken anew for another', async () => {
  const speak = (who: keyof typeof keys) =>
    fetch(`${program.url}/audio/speech`, {
      method: 'POST',
      headers: as(who),
      body: JSON.stringify({ text: 'Good morning.' }),
    }).then((response) => response.bytes())
  for (const who of ['ada', 'ada', 'grace', 'grace'] as const) await speak(who)
  expect(sent('/audio/speech')).toBe(2)
})
