import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { sha256 } from '../fakes/openai/received.ts'
import { type Program, startProgram } from '../fakes/program.ts'
import { call, post } from '../unit/web-http.ts'

const models = Object.fromEntries(
  ['gpt-6.1-terra', 'gpt-transcribe', 'gpt-4o-transcribe', 'gpt-4o-mini-tts', 'tts-1-hd'].map((id) => [
    id,
    null,
  ]),
)
let directory: string
let fake: OpenAiFake
let program: Program
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'parley-rest-audio-'))
  fake = await startOpenAiFake({ models })
  program = await start(directory)
}, 30_000)
const start = (at: string) => {
  const env = { OPENAI_API_KEY: 'sk-x', OPENAI_BASE_URL: fake.url, OPENAI_API: 'responses' }
  return startProgram({ directory: at, env })
}
afterAll(async () => {
  await program?.kill('SIGKILL')
  await fake?.close()
  await rm(directory, { recursive: true, force: true })
})
afterEach(() => fake.always(null))

const recording = (name: string) => readFile(new URL(`../files/${name}`, import.meta.url))
const sent = (path: string) => fake.ledger.filter((one) => one.path === path)
const speak = (body: unknown) =>
  fetch(`${program.url}/audio/speech`, { method: 'POST', body: JSON.stringify(body) })

function transcribe(fields: Record<string, string | string[] | File | File[]>) {
  const body = new FormData()
  for (const [name, value] of Object.entries(fields))
    for (const one of [value].flat())
      typeof one === 'string' ? body.append(name, one) : body.append(name, one)
  return call(`${program.url}/audio/transcriptions`, { method: 'POST', body })
}

const file = (bytes: Uint8Array, name = 'note.ogg') => new File([new Uint8Array(bytes)], name)

describe('POST /audio/speech', () => {
  it.each([
    ['mp3', 'audio/mpeg'],
    ['opus', 'audio/ogg'],
    ['aac', 'audio/aac'],
    ['flac', 'audio/flac'],
    ['wav', 'audio/wav'],
  ])('answers with the bytes of %s, and says that they are %s', async (format, type) => {
    const response = await speak({ text: 'Good morning.', format, voice: 'cedar', speed: 1.5 })
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toBe(type)
    expect(response.headers.get('x-request-id')).toMatch(/^req_/)
    const bytes = await response.bytes()
    expect(String(bytes.length)).toBe(response.headers.get('content-length'))
    expect(bytes.length).toBeGreaterThan(50)
    expect(sent('/audio/speech').at(-1)?.body).toMatchObject({
      input: 'Good morning.',
      response_format: format,
      voice: 'cedar',
      speed: 1.5,
    })
  })

  it('speaks mp3 where nothing is said, by the model that is named', async () => {
    const response = await speak({ text: 'By a model.', model: 'tts-1-hd', instructions: 'Whisper.' })
    expect(response.headers.get('content-type')).toBe('audio/mpeg')
    expect(sent('/audio/speech').at(-1)?.body).toMatchObject({ model: 'tts-1-hd', response_format: 'mp3' })
  })

  it('splits what is longer than the model takes and joins it again', async () => {
    const before = sent('/audio/speech').length
    const text = 'Every sentence is a short one, and there are many. '.repeat(180)
    const response = await speak({ text, format: 'opus' })
    expect(response.status).toBe(200)
    const pieces = sent('/audio/speech')
      .slice(before)
      .map((one) => String((one.body as { input: string }).input))
    expect(pieces.length).toBeGreaterThan(2)
    for (const piece of pieces) expect(piece.length).toBeLessThanOrEqual(4096)
    const [short, long] = await Promise.all([
      speak({ text: 'Short.', format: 'opus' }).then((one) => one.bytes()),
      response.bytes(),
    ])
    expect(long.length).toBeGreaterThan(short.length * 20)
  })

  it.each([
    [{}, 'text: is missing; it takes a text'],
    [{ text: '  ' }, 'text: is empty. Send the words to be read aloud'],
    [{ text: '```js\nlet a\n```' }, 'no words'],
    [
      { text: 'x', format: 'midi' },
      'format: "midi" is not one of "mp3", "opus", "aac", "flac", "wav", "pcm"',
    ],
    [{ text: 'x', speed: 9 }, 'speed: 9 is above 4'],
    [{ text: 'x', tone: 'dark' }, '"tone" is not a field here; allowed are text, model, voice, format'],
    [{ text: 'a word '.repeat(4_000) }, 'more than 20,000 characters'],
  ])('refuses %.60j in words, and asks nobody', async (body, words) => {
    const before = fake.ledger.length
    const response = await speak(body)
    expect(response.status).toBe(400)
    expect(((await response.json()) as { error: string }).error).toContain(words)
    expect(fake.ledger.length).toBe(before)
  })

  it('hands on what the provider refuses, and answers 502 when it fails', async () => {
    fake.next({
      kind: 'status',
      status: 400,
      code: 'invalid_value',
      param: 'voice',
      message: 'No such voice',
    })
    const wrong = await speak({ text: 'By nobody.', voice: 'nobody' })
    expect(wrong.status).toBe(400)
    expect(((await wrong.json()) as { error: string }).error).toMatch(/marin/)
    fake.always({ kind: 'status', status: 500 })
    expect((await speak({ text: 'It fails.' })).status).toBe(502)
  })

  it('ends the call to the provider within a second when the client goes', async () => {
    const count = fake.ledger.length
    fake.next({ kind: 'hang' })
    const gone = new AbortController()
    const asked = fetch(`${program.url}/audio/speech`, {
      method: 'POST',
      body: JSON.stringify({ text: 'Never mind.' }),
      signal: gone.signal,
    })
    asked.catch(() => undefined)
    const upstream = await fake.arrival(count + 1)
    const left = performance.now()
    gone.abort()
    expect(await upstream.closed).toBe('aborted')
    expect(performance.now() - left).toBeLessThan(1_000)
  })
})

describe('POST /audio/transcriptions', () => {
  it('hands the recording on byte for byte, and says words, language and length', async () => {
    const bytes = await recording('question.ogg')
    const answer = await transcribe({ file: file(bytes, 'frage.ogg'), language: 'German', prompt: 'Parley' })
    expect(answer.status).toBe(200)
    const received = sent('/audio/transcriptions').at(-1)?.body
    expect(received).toMatchObject({
      file: { name: 'frage.ogg', size: bytes.length, sha256: sha256(bytes) },
      language: 'de',
    })
    expect(answer.body).toEqual({
      text: expect.stringContaining('The words in frage.ogg'),
      language: 'de',
      duration: expect.closeTo(2.8, 0),
    })
    // Nothing of it lies on disk afterwards.
    const [own = ''] = await readdir(join(directory, 'data', 'scratch'))
    expect(await readdir(join(directory, 'data', 'scratch', own))).toEqual([])
  })

  it('takes the fields in any order, a model by name, and hears the same bytes once', async () => {
    const bytes = await recording('question.mp3')
    const before = sent('/audio/transcriptions').length
    const first = await transcribe({ model: 'gpt-4o-transcribe', file: file(bytes, 'a.mp3') })
    expect(first.status).toBe(200)
    expect(sent('/audio/transcriptions').at(-1)?.body).toMatchObject({ model: 'gpt-4o-transcribe' })
    expect(await transcribe({ file: file(bytes, 'a.mp3'), model: 'gpt-4o-transcribe' })).toMatchObject({
      status: 200,
      body: first.body,
    })
    expect(sent('/audio/transcriptions').length).toBe(before + 1)
    await transcribe({ file: file(bytes, 'a.mp3') })
    expect(sent('/audio/transcriptions').length).toBe(before + 2)
  })

  it('refuses what is no recording, silent, empty or broken, in words', async () => {
    const mp4 = await recording('silent-film.mp4')
    const cases: [Parameters<typeof transcribe>[0], RegExp][] = [
      [{ file: file(Buffer.from('<html>not a sound</html>'), 'a.mp3') }, /^file: /],
      [{ file: file(mp4, 'film.mp4') }, /^file: .*no sound/],
      [{ file: file(Buffer.alloc(0)) }, /^file: is empty/],
      [{ language: 'de' }, /^file: is missing/],
      [{ file: [file(mp4), file(mp4)] }, /^file: is there twice/],
      [{ file: file(mp4), language: ['de', 'en'] }, /^language: is there twice/],
      [{ file: file(mp4), language: 'Klingon' }, /^language: is no language/],
      [{ file: file(mp4), temperature: '0' }, /"temperature" is not a field here; allowed are .*file/],
    ]
    for (const [fields, words] of cases)
      expect(await transcribe(fields)).toMatchObject({
        status: 400,
        body: { error: expect.stringMatching(words) },
      })
    const url = `${program.url}/audio/transcriptions`
    expect(await post(url, { file: 'x' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('multipart/form-data') },
    })
    const headers = { 'content-type': 'multipart/form-data; boundary=abc' }
    for (const body of [
      '',
      '--abc',
      '--abc\r\nContent-Disposition: form-data; name="file"\r\n\r\nbroken off',
    ])
      expect(await call(url, { method: 'POST', headers, body })).toMatchObject({ status: 400 })
  })

  it('refuses silence in words when nothing was said', async () => {
    fake.next({
      kind: 'bytes',
      status: 200,
      headers: { 'content-type': 'application/json' },
      bytes: Buffer.from('{"text":""}'),
    })
    expect(await transcribe({ file: file(await recording('question.flac'), 'q.flac') })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('nothing is said in it') },
    })
  })

  it('answers 413 for more than 32 MB, and 502 when the provider fails', async () => {
    const large = await transcribe({ file: file(Buffer.alloc(33 * 1_048_576, 1)) }).catch(() => null)
    if (large) expect(large).toMatchObject({ status: 413, body: { error: expect.stringContaining('32 MB') } })
    fake.always({ kind: 'status', status: 500 })
    expect(await transcribe({ file: file(await recording('question.wav'), 'q.wav') })).toMatchObject({
      status: 502,
    })
  })

  it('lets go of everything when the client goes in the middle of its upload', async () => {
    const upload = request(`${program.url}/audio/transcriptions`, {
      method: 'POST',
      headers: { 'content-type': 'multipart/form-data; boundary=b' },
    })
    upload.on('error', () => undefined)
    upload.write('--b\r\nContent-Disposition: form-data; name="file"; filename="a.ogg"\r\n\r\n')
    upload.write(Buffer.alloc(100_000, 1))
    const scratch = join(directory, 'data', 'scratch')
    const [own = ''] = await readdir(scratch)
    await vi.waitFor(async () => expect(await readdir(join(scratch, own))).toHaveLength(1))
    upload.destroy()
    await vi.waitFor(async () => expect(await readdir(join(scratch, own))).toEqual([]), { timeout: 5_000 })
  })
})

describe('the day’s budget', () => {
  it('refuses both with 429 and words, before anybody is asked', async () => {
    const poor = join(directory, 'poor')
    await mkdir(poor)
    await writeFile(join(poor, 'parley.yaml'), 'budgets: { day: { all: 5, person: 0.000001 } }\n')
    const { url, kill } = await start(poor)
    try {
      const before = fake.ledger.length
      const body = new FormData()
      body.append('file', file(await recording('question.ogg')))
      for (const answer of [
        await post(`${url}/audio/speech`, { text: 'Too dear.' }),
        await call(`${url}/audio/transcriptions`, { method: 'POST', body }),
      ]) {
        expect(answer).toMatchObject({ status: 429, body: { error: expect.stringMatching(/budget/i) } })
      }
      expect(fake.ledger.length).toBe(before)
    } finally {
      await kill('SIGKILL')
    }
  })
})
