import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Program, startProgram } from '../fakes/program.ts'
import { call, post } from '../unit/web-http.ts'
import { page } from '../unit/web-pages.ts'

/** What people say, and call their files, is nobody's who reads the log. */
const secret = 'dismissal-of-Meier'

let directory: string
let fake: OpenAiFake
let program: Program
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-log-words-'))
  fake = await startOpenAiFake()
  // A server that quotes what it was sent.
  fake.always({ kind: 'status', status: 400, code: 'invalid_value', message: `I don't like ${secret}` })
  const env = { OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: fake.url, OPENAI_API: 'responses' }
  program = await startProgram({ directory, env })
}, 30_000)
afterAll(async () => {
  await program?.kill('SIGKILL')
  await fake?.close()
  await rm(directory, { recursive: true, force: true })
})

const ended = () => program.output().match(/"turn ended"/g)?.length ?? 0
let before = 0
const oneMore = () => vi.waitFor(() => expect(ended()).toBe(before + 1), { timeout: 5_000 })
afterEach(() => {
  before = ended()
})

function sayNothing() {
  expect(program.output()).not.toContain(secret)
  expect(program.output()).not.toContain('    at ')
}

async function transcribe(bytes: Uint8Array) {
  const body = new FormData()
  body.append('file', new File([new Uint8Array(bytes)], `${secret}.ogg`))
  return call(`${program.url}/audio/transcriptions`, { method: 'POST', body })
}

describe('the log at its usual level has no words of people when a server quotes them', () => {
  it('in a chat by REST', async () => {
    for (const path of ['/chat', '/chat/stream']) {
      before = ended()
      await fetch(program.url + path, {
        method: 'POST',
        body: JSON.stringify({ message: `Write the ${secret}.`, model: 'gpt-6-luna' }),
      }).then((response) => response.text())
      await oneMore()
    }
    sayNothing()
    const lines = program.output().split('\n')
    const line = JSON.parse(lines.find((one) => one.includes('a request failed')) ?? '{}')
    expect(line).toMatchObject({
      level: 'info',
      status: 400,
      requestId: expect.any(String),
      failure: { type: 'ModelError', kind: 'bad_request', status: 400 },
    })
    expect(line).not.toHaveProperty('err')
  })

  it('in speech', async () => {
    expect((await post(`${program.url}/audio/speech`, { text: `The ${secret}.` })).status).toBe(400)
    await oneMore()
    sayNothing()
  })

  it('in transcripts', async () => {
    const sound = await readFile(new URL('../files/question.ogg', import.meta.url))
    expect((await transcribe(sound)).status).toBe(400)
    await oneMore()
    sayNothing()
  })

  it('in the playground, of files too', async () => {
    const { say, upload } = page(program)
    const sound = new Uint8Array(await readFile(new URL('../files/question.ogg', import.meta.url)))
    const { body } = await upload(`${secret}.ogg`, 'audio/ogg', sound)
    expect((await say('q1', `@Parley write the ${secret}`, { files: [body.id] })).status).toBe(201)
    await oneMore()
    sayNothing()
  })

  it('nor the names of files that can’t be read, or were not what they should be', async () => {
    expect((await transcribe(Buffer.from('<html>no sound</html>'))).status).toBe(400)
    await oneMore()
    const files = [{ name: `${secret}.pdf`, data: 'data:application/pdf;base64,JVBERi0xLjQK' }]
    expect((await post(`${program.url}/chat`, { files })).status).toBe(400)
    sayNothing()
  })
})
