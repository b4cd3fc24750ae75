import pino from 'pino'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connect, defaultTimeouts } from '../../adapters/openai/connection.ts'
import { endpointAt } from '../../adapters/openai/endpoint.ts'
import type { OpenAi } from '../../adapters/openai/openai.ts'
import { openAiPainter } from '../../adapters/openai/painter.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Painter, SpeakRequest } from '../../src/ports/model.ts'
import { all, failure, never } from '../contract/model.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { openAiAt } from '../fakes/openai/client.ts'
import { type OpenAiFake, startOpenAiFake } from '../fakes/openai/openai-fake.ts'
import { fieldsOf } from '../fakes/openai/received.ts'
import { outOfQuota } from '../fakes/openai/script.ts'
import { FLAGGED_WORD } from '../fakes/openai/text-routes.ts'

let fake: OpenAiFake
let openai: OpenAi
beforeEach(async () => {
  fake = await startOpenAiFake({ key: 'sk-test' })
  openai = openAiAt(fake.url, 'chat')
})
afterEach(() => fake.close())

const lastFields = () => fieldsOf(fake.ledger.at(-1)!)
const recording = { model: 'gpt-transcribe', bytes: new Uint8Array(300), name: 'v.ogg', type: 'audio/ogg' }
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
    expect(Buffer.concat(rest).length + (first.value?.length ?? 0)).toBe('RIFF'.length + speech.text.length)
  })

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
  /** As at OpenAI, which paints in parts. */
  const official = (): Painter => {
    const endpoint = { ...endpointAt(fake.url, 'sk-test', systemClock()), official: true }
    return openAiPainter(connect(endpoint, 'sk-test', defaultTimeouts(true), pino({ level: 'silent' })))
  }

  test('at OpenAI comes in parts', async () => {
    const paintings = await all(official().paint(painting, never()))
    expect(paintings.map(({ final }) => final)).toEqual([false, false, true])
    expect(lastFields()).toMatchObject({ stream: true, partial_images: 2, size: '1024x1024' })
  })

  test.each(['stream', 'partial_images'])('does without %s where it is refused', async (field) => {
    fake.refuse('gpt-image-2.5-flare', field)
    const paintings = await all(official().paint(painting, never()))
    expect(paintings).toMatchObject([{ final: true, type: 'image/png' }])
  })

  test('elsewhere comes at once', async () => {
    expect(await all(openai.painter.paint(painting, never()))).toHaveLength(1)
    expect(lastFields()).not.toHaveProperty('stream')
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
