import { randomBytes } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { connect, defaultTimeouts } from '../../adapters/openai/connection.ts'
import { endpointAt } from '../../adapters/openai/endpoint.ts'
import type { OpenAi } from '../../adapters/openai/openai.ts'
import { openAiPainter } from '../../adapters/openai/painter.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Painter, SpeakRequest } from '../../src/ports/model.ts'
import { all, failure, never } from '../contract/model.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { openAiAt } from '../fakes/openai/client.ts'
import { UNSAFE_WORD } from '../fakes/openai/image-routes.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { fieldsOf, sha256 } from '../fakes/openai/received.ts'
import { outOfQuota } from '../fakes/openai/script.ts'
import { soundOf } from '../fakes/openai/sounds.ts'
import { FLAGGED_WORD } from '../fakes/openai/text-routes.ts'

let fake: OpenAiFake
let openai: OpenAi
beforeEach(async () => {
  fake = await startOpenAiFake({ key: 'sk-test' })
  openai = openAiAt(fake.url, 'chat')
})
afterEach(() => fake.close())

const lastFields = () => fieldsOf(fake.ledger.at(-1)!)
const sound = new Blob([new Uint8Array(300)])
const recording = { model: 'gpt-transcribe', sound, name: 'v.ogg', type: 'audio/ogg' }
const speech: SpeakRequest = { model: 'gpt-4o-mini-tts', text: 'Good day', voice: 'marin', format: 'wav' }
const painting = { model: 'gpt-image-2.5-flare', prompt: 'A lighthouse', size: '1024x1024' }

describe('transcription', () => {
  test('sends the file with its name and the hints, and reports tokens and language', async () => {
    const request = { ...recording, language: 'de', vocabulary: 'Parley' }
    expect(await openai.transcriber.transcribe(request, never())).toEqual({
      text: 'The words in v.ogg, 300 bytes.',
      language: 'de',
      usage: { inputTokens: 3, cachedTokens: 0, outputTokens: 8, reasoningTokens: 0, exact: true },
    })
    expect(lastFields()).toMatchObject({
      file: { name: 'v.ogg', type: 'audio/ogg', size: 300 },
      language: 'de',
      prompt: 'Parley',
    })
  })

  test('sends a file from disk byte for byte, whatever its name, without having it in memory', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'parley-'))
    onTestFinished(() => rm(folder, { recursive: true }))
    const path = join(folder, 'sound')
    const bytes = randomBytes(1_000_000)
    await writeFile(path, bytes)
    const name = 'a "quoted"\r\nname: x.ogg'
    await openai.transcriber.transcribe({ ...recording, sound: await openAsBlob(path), name }, never())
    expect(lastFields()).toMatchObject({
      file: { name, type: 'audio/ogg', size: 1_000_000, sha256: sha256(bytes) },
    })
  })

  test('hands a form on as one blob, of which fetch keeps no copy', async () => {
    const sent = vi.spyOn(globalThis, 'fetch')
    onTestFinished(() => sent.mockRestore())
    await openai.transcriber.transcribe(recording, never())
    // Node's fetch reads all of a `FormData` at once, and keeps what it sent of anything while a redirect may come.
    const [, init] = sent.mock.calls.at(-1) ?? []
    expect(init).toMatchObject({ body: expect.any(Blob), redirect: 'error' })
  })

  test('tells of a redirect and follows none', async () => {
    const server = createServer((_, response) => {
      response.writeHead(302, { location: fake.url }).end()
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const { port } = server.address() as AddressInfo
    const moved = openAiAt(`http://127.0.0.1:${port}/v1`, 'chat')
    await expect(moved.transcriber.transcribe(recording, never())).rejects.toMatchObject({
      kind: 'server',
      words: expect.stringMatching(/redirects to another address/),
    })
    expect(fake.ledger).toEqual([])
  })

  test('asks Whisper when something was said', async () => {
    const whisper = await startOpenAiFake({ models: { 'whisper-1': null } })
    onTestFinished(() => whisper.close())
    const { transcriber } = openAiAt(whisper.url, 'chat')
    const request = { ...recording, model: 'whisper-1' }
    expect(await transcriber.transcribe(request, never())).toMatchObject({
      language: 'en',
      segments: [
        { from: 0, to: 1.5, text: ' The words in v.ogg,' },
        { from: 1.5, to: 3, text: ' 300 bytes.' },
      ],
    })
  })

  test('does without a hint that the model refuses', async () => {
    fake.refuse('gpt-transcribe', 'prompt')
    const transcript = await openai.transcriber.transcribe({ ...recording, vocabulary: 'Parley' }, never())
    expect(transcript.text).toContain('v.ogg')
    expect(lastFields()).not.toHaveProperty('prompt')
  })
})

describe('speech', () => {
  test('carries the manner, and does without what the model refuses', async () => {
    const request = { ...speech, speed: 1.5, instructions: 'Whisper.' }
    await all(await openai.speaker.speak(request, never()))
    expect(lastFields()).toMatchObject({ speed: 1.5, instructions: 'Whisper.', response_format: 'wav' })
    fake.refuse('gpt-4o-mini-tts', 'instructions')
    await all(await openai.speaker.speak(request, never()))
    expect(lastFields()).toMatchObject({ speed: 1.5 })
    expect(lastFields()).not.toHaveProperty('instructions')
  })

  test('waits for a listener who pauses', async () => {
    const clock = simulatedClock()
    const patient = openAiAt(fake.url, 'chat', { clock, timeouts: { silenceMs: 1_000 } })
    const audio = (await patient.speaker.speak(speech, never())).getReader()
    const first = await audio.read()
    await clock.advance(60_000)
    const rest: Uint8Array[] = []
    for (let next = await audio.read(); !next.done; next = await audio.read()) rest.push(next.value)
    expect(first.value?.length).toBeGreaterThan(0)
    expect(Buffer.concat(rest).length + (first.value?.length ?? 0)).toBe(soundOf('wav', speech.text).length)
  })

  test.each(['application/json', 'text/plain; charset=utf-8', 'application/problem+json'])(
    'refuses %s in the place of a sound, in any format',
    async (type) => {
      for (const format of ['pcm', 'mp3'] as const) {
        fake.next({ kind: 'status', status: 200, headers: { 'content-type': type }, body: '{"ok":true}' })
        await expect(openai.speaker.speak({ ...speech, format }, never())).rejects.toMatchObject({
          kind: 'server',
          words: expect.stringContaining('sent a text in the place of a sound'),
          server: new URL(fake.url).host,
        })
      }
    },
  )

  test('stops in the middle when told to', async () => {
    const stop = new AbortController()
    const audio = await openai.speaker.speak(speech, stop.signal)
    stop.abort()
    expect(await failure(audio)).toMatchObject({ kind: 'aborted' })
  })
})

describe('moderation', () => {
  test('flags, with the worst score of all calls', async () => {
    const image = { kind: 'image' as const, bytes: new Uint8Array([1]), type: 'image/png' }
    const text = { kind: 'text' as const, text: `Do ${FLAGGED_WORD}` }
    const verdict = await openai.moderator.moderate([image, text, image], never())
    expect(verdict).toEqual({ flagged: true, scores: { violence: 0.97, hate: 0.0005 } })
    expect(fake.ledger.map((received) => fieldsOf(received).input)).toEqual([
      [{ type: 'text' }, { type: 'image_url' }].map((part) => expect.objectContaining(part)),
      [expect.objectContaining({ type: 'image_url' })],
    ])
  })

  test('asks nothing for nothing', async () => {
    expect(await openai.moderator.moderate([], never())).toEqual({ flagged: false, scores: {} })
    expect(fake.ledger).toEqual([])
  })
})

describe('painting', () => {
  const official = (): Painter => {
    const endpoint = { ...endpointAt(fake.url, 'sk-test', systemClock()), official: true }
    return openAiPainter(connect(endpoint, 'sk-test', defaultTimeouts(true), pino({ level: 'silent' })))
  }
  const source = (type: string, length: number) => ({
    kind: 'bytes' as const,
    bytes: new Uint8Array(length).fill(7),
    type,
    width: 2,
    height: 2,
    name: 'my ../secret "name".png',
  })

  test.each(['at OpenAI', 'elsewhere'])('%s comes in parts', async (where) => {
    const painter = where === 'elsewhere' ? openai.painter : official()
    const paintings = await all(painter.paint(painting, never()))
    expect(paintings.map(({ final }) => final)).toEqual([false, false, true])
    expect(lastFields()).toMatchObject({ stream: true, partial_images: 2, size: '1024x1024' })
  })

  test.each([
    ['painted', {}],
    ['changed', { images: [source('image/png', 30)] }],
  ])('that is %s comes at once, and is asked for once, where streams are not known', async (_how, more) => {
    fake.ignoreStreams()
    const paintings = await all(openai.painter.paint({ ...painting, ...more }, never()))
    expect(paintings).toMatchObject([{ final: true, type: 'image/png', usage: { outputTokens: 200 } }])
    expect(fake.ledger).toHaveLength(1)
  })

  test.each(['stream', 'partial_images'])(
    'does without %s where it is refused, and remembers it',
    async (field) => {
      fake.refuse('gpt-image-2.5-flare', field)
      for (const requests of [2, 3]) {
        const paintings = await all(openai.painter.paint(painting, never()))
        expect(paintings).toMatchObject([{ final: true, type: 'image/png' }])
        expect(fake.ledger).toHaveLength(requests)
      }
      expect(lastFields()).not.toHaveProperty(field)
    },
  )

  test('does without a stream where that is refused in words alone', async () => {
    fake.next({ kind: 'status', status: 400, message: 'Streaming is not supported for images.' })
    expect(await all(openai.painter.paint(painting, never()))).toHaveLength(1)
    expect(lastFields()).not.toHaveProperty('partial_images')
  })

  test('reports what it used with the finished picture', async () => {
    const usage = { inputTokens: 10, cachedTokens: 0, outputTokens: 200, reasoningTokens: 0, exact: true }
    for (const painter of [official(), openai.painter]) {
      const paintings = await all(painter.paint(painting, never()))
      expect(paintings.map((one) => one.usage)).toEqual([...paintings.slice(1).map(() => undefined), usage])
    }
  })

  test.each(['at OpenAI', 'elsewhere'])('works on pictures %s, whose names stay here', async (where) => {
    const painter = where === 'elsewhere' ? openai.painter : official()
    const images = [source('image/png', 30), source('image/jpeg', 40)]
    const paintings = await all(painter.paint({ ...painting, images }, never()))
    expect(paintings).toHaveLength(3)
    expect(paintings.at(-1)).toMatchObject({ final: true, usage: { outputTokens: 200 } })
    expect(fake.ledger.at(-1)?.path).toBe('/images/edits')
    expect(lastFields()).toMatchObject({
      prompt: 'A lighthouse',
      size: '1024x1024',
      'image[]': [
        expect.objectContaining({ name: 'picture1.png', type: 'image/png', size: 30 }),
        expect.objectContaining({ name: 'picture2.jpeg', type: 'image/jpeg', size: 40 }),
      ],
    })
  })

  const answerWith = (base64: string) =>
    fake.next({
      kind: 'status',
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ created: 1, output_format: 'png', data: [{ b64_json: base64 }] }),
    })

  test.each([
    ['a web page', Buffer.from('<html>Sorry</html>').toString('base64')],
    ['noise', Buffer.from([1, 2, 3, 4, 5, 6]).toString('base64')],
    ['nothing', ''],
  ])('that is %s in the place of a picture is told, with the server that sent it', async (_what, base64) => {
    answerWith(base64)
    const error = await failure(openai.painter.paint(painting, never()))
    expect(error).toMatchObject({
      kind: 'server',
      words: expect.stringContaining('sent no picture'),
      server: new URL(fake.url).host,
      requestId: expect.any(String),
    })
  })

  test('has the type that its bytes have, whatever the server says', async () => {
    answerWith(Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16]).toString('base64'))
    expect(await all(openai.painter.paint(painting, never()))).toMatchObject([{ type: 'image/jpeg' }])
  })

  test('says in words what the safety system refuses', async () => {
    for (const painter of [official(), openai.painter]) {
      const error = await failure(painter.paint({ ...painting, prompt: UNSAFE_WORD }, never()))
      expect(error).toMatchObject({ kind: 'bad_request', requestId: expect.any(String) })
      expect(error.words).toMatch(/safety rules of .* don't allow this picture/)
    }
  })
})

describe('all of them', () => {
  const calls: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['transcription', () => openai.transcriber.transcribe(recording, never())],
    ['speech', () => openai.speaker.speak(speech, never())],
    ['moderation', () => openai.moderator.moderate([{ kind: 'text', text: 'x' }], never())],
    ['embedding', () => openai.embedder.embed(['x'], 'text-embedding-3-small', never())],
    ['painting', () => all(openai.painter.paint(painting, never()))],
  ]

  test.each(calls)('%s fails in words, with the request id', async (_name, call) => {
    fake.next(outOfQuota())
    await expect(call()).rejects.toMatchObject({
      kind: 'quota',
      words: expect.stringMatching(/billing.*\(request req_fake_000001\)/),
      requestId: 'req_fake_000001',
    })
  })

  test.each(calls)('%s fails in words when a web page answers', async (_name, call) => {
    fake.next({ kind: 'status', status: 200, body: '<html>Welcome</html>' })
    await expect(call()).rejects.toMatchObject({ name: 'ModelError', words: expect.any(String) })
  })

  test.each(calls)('%s times out', async (_name, call) => {
    openai = openAiAt(fake.url, 'chat', { timeouts: { callMs: 40, headersMs: 40 } })
    fake.next({ kind: 'hang' })
    await expect(call()).rejects.toMatchObject({ kind: 'timeout' })
  })
})
