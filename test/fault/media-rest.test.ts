import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { type Program, startProgram } from '../fakes/program.ts'
import { post } from '../unit/web-http.ts'
import { type Hazard, isFull } from './media-hazard.ts'
import { documentHazards } from './media-hazards-documents.ts'
import { pictureHazards } from './media-hazards-pictures.ts'
import { soundHazards } from './media-hazards-sounds.ts'
import { below } from './media-memory.ts'

let directory: string
let fake: OpenAiFake
let program: Program

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-rest-hazards-'))
  fake = await startOpenAiFake()
  const env = { OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: fake.url, OPENAI_API: 'responses' }
  program = await startProgram({ directory, env })
}, 30_000)

afterAll(async () => {
  await program?.kill('SIGKILL')
  await fake?.close()
  await rm(directory, { recursive: true, force: true })
})

const few = [
  'a PNG of 50,000 by 50,000 with little data',
  'a web page called a PDF',
  'a PDF with a password',
  'a packed text',
  'a DOCX that unpacks to gigabytes',
  'a WAV of 100 channels',
  'a film without sound',
  'a GIF that is a script as well',
]

const hazards: readonly Hazard[] = [...pictureHazards, ...documentHazards, ...soundHazards].filter(
  // What is empty is refused before, in other words; a file that lies in the request claims no other size.
  ({ what, rare, claims }) =>
    !rare && claims === undefined && (isFull ? !what.includes(' of no bytes') : few.includes(what)),
)
const names = [
  '../../etc/passwd',
  'a\0b.png',
  `${'x'.repeat(10_000)}.png`,
  '\u202egnp.exe',
  '`@everyone` <!channel>',
]

const dataOf = (bytes: Uint8Array | string): string =>
  `data:application/octet-stream;base64,${Buffer.from(bytes).toString('base64')}`

const ask = (files: readonly { name: string; data: string }[]) =>
  post(`${program.url}/chat`, { message: 'What is it?', files })

it.each(hazards)('$what is refused in words or read, and the next question is answered', async (hazard) => {
  const body = await hazard.body()
  // A request has room for 32 MB of them.
  if (typeof body === 'function' || body.length > 20_000_000) return
  const answer = await ask([{ name: hazard.name, data: dataOf(body) }])
  if (hazard.ends instanceof RegExp) {
    expect(answer).toMatchObject({ status: 200, body: { warnings: [expect.stringMatching(hazard.ends)] } })
    expect((answer.body as { warnings: string[] }).warnings[0]).toMatch(/^files\[0\]: `/)
  } else expect([200, 400]).toContain(answer.status)
  expect((await ask([])).status).toBe(200)
})

it.each(names.map((name, i) => [i + 1, name] as const))('a name is only a name (%i)', async (_, name) => {
  const answer = await ask([{ name, data: dataOf('Words in it.') }])
  expect([200, 400]).toContain(answer.status)
  if (answer.status === 400)
    expect(String((answer.body as { error: string }).error).length).toBeLessThan(1_000)
})

it('nothing of it is left on disk, and no more than two processes', async () => {
  const scratch = join(directory, 'data', 'scratch')
  const left = await readdir(scratch, { recursive: true, withFileTypes: true })
  expect(left.filter((entry) => entry.isFile())).toEqual([])
  const { pid } = program.child
  expect(below(pid!).length).toBeLessThanOrEqual(2)
  const children = below(pid!)
  await program.kill('SIGKILL')
  // They see for themselves that nobody wants them any more.
  const lives = (child: number): boolean => {
    try {
      return process.kill(child, 0)
    } catch {
      return false
    }
  }
  await expect.poll(() => children.filter(lives), { timeout: 5_000 }).toEqual([])
})
