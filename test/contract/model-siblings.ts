import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  AudioFormat,
  Embedder,
  Moderator,
  Painter,
  Speaker,
  SpeakRequest,
  Transcriber,
} from '../../src/ports/model.ts'
import { all, failure, never } from './model.ts'

export interface SiblingsWorld {
  readonly transcriber: Transcriber
  readonly speaker: Speaker
  readonly moderator: Moderator
  readonly embedder: Embedder
  readonly painter: Painter
  readonly models: {
    readonly transcribe: string
    readonly speech: string
    readonly embed: string
    readonly paint: string
  }
  /** The formats that it speaks. */
  readonly formats: readonly AudioFormat[]
  close(): Promise<void>
}

/** What a model's five small siblings promise. */
export function describeSiblings(name: string, makeWorld: () => Promise<SiblingsWorld>): void {
  describe(name, () => {
    let world: SiblingsWorld
    beforeAll(async () => {
      world = await makeWorld()
    })
    afterAll(() => world.close())

    describeTranscriber(() => world)
    describeSpeaker(() => world)
    describeModerator(() => world)
    describeEmbedder(() => world)
    describePainter(() => world)
  })
}

type TheWorld = () => SiblingsWorld
const aborted = { kind: 'aborted' }

function describeTranscriber(world: TheWorld): void {
  describe('as a Transcriber', () => {
    const recording = {
      sound: new Blob([new Uint8Array(500).fill(7)]),
      name: 'note.ogg',
      type: 'audio/ogg',
    }
    const request = () => ({ ...recording, model: world().models.transcribe })

    test('turns a recording into words', async () => {
      const transcript = await world().transcriber.transcribe({ ...request(), language: 'en' }, never())
      expect(transcript.text).toContain('note.ogg')
    })

    test('stops when told to', async () => {
      await expect(world().transcriber.transcribe(request(), AbortSignal.abort())).rejects.toMatchObject(
        aborted,
      )
    })
  })
}

function describeSpeaker(world: TheWorld): void {
  describe('as a Speaker', () => {
    const request = (format: AudioFormat, text: string): SpeakRequest => ({
      model: world().models.speech,
      text,
      voice: 'marin',
      format,
    })

    test('streams audio in each of its formats, more of it for a longer text', async () => {
      for (const format of world().formats) {
        const short = await bytesOf(await world().speaker.speak(request(format, 'Good day.'), never()))
        const long = await bytesOf(
          await world().speaker.speak(request(format, 'Good day. '.repeat(20)), never()),
        )
        expect(short.length).toBeGreaterThan(0)
        expect(long.length).toBeGreaterThan(short.length)
        if (format === 'wav') expect(Buffer.from(short.subarray(0, 4)).toString()).toBe('RIFF')
      }
    })

    test('refuses a text above 4096 characters in words', async () => {
      const speaking = world().speaker.speak(request('wav', 'x'.repeat(4097)), never())
      await expect(speaking).rejects.toMatchObject({
        kind: 'too_long',
        words: expect.stringContaining('4096'),
      })
    })

    test('stops when told to', async () => {
      const speaking = world().speaker.speak(request('wav', 'Good day.'), AbortSignal.abort())
      await expect(speaking).rejects.toMatchObject(aborted)
    })
  })
}

function describeModerator(world: TheWorld): void {
  describe('as a Moderator', () => {
    test('lets harmless words and pictures pass', async () => {
      const image = { kind: 'image' as const, bytes: new Uint8Array([1, 2, 3]), type: 'image/png' }
      const verdict = await world().moderator.moderate(
        [{ kind: 'text', text: 'Good day.' }, image, image],
        never(),
      )
      expect(verdict.flagged).toBe(false)
      for (const score of Object.values(verdict.scores)) expect(score).toBeLessThan(0.5)
    })

    test('stops when told to', async () => {
      const moderating = world().moderator.moderate([{ kind: 'text', text: 'x' }], AbortSignal.abort())
      await expect(moderating).rejects.toMatchObject(aborted)
    })
  })
}

function describeEmbedder(world: TheWorld): void {
  describe('as an Embedder', () => {
    test('gives one vector a text, in order, the same for the same text', async () => {
      const { embedder, models } = world()
      const { vectors, usage } = await embedder.embed(['sea', 'land', 'sea'], models.embed, never())
      expect(vectors).toHaveLength(3)
      expect(vectors[0]).toEqual(vectors[2])
      expect(vectors[0]).not.toEqual(vectors[1])
      expect(vectors[0]).toHaveLength(vectors[1]?.length ?? 0)
      expect(usage.inputTokens).toBeGreaterThan(0)
    })

    test('stops when told to', async () => {
      const { embedder, models } = world()
      await expect(embedder.embed(['sea'], models.embed, AbortSignal.abort())).rejects.toMatchObject(aborted)
    })
  })
}

function describePainter(world: TheWorld): void {
  describe('as a Painter', () => {
    const request = () => ({ model: world().models.paint, prompt: 'A lighthouse' })

    test('yields pictures, the last of them finished', async () => {
      const paintings = await all(world().painter.paint(request(), never()))
      expect(paintings.map(({ final }) => final)).toEqual([...paintings.slice(1).map(() => false), true])
      for (const { bytes, type } of paintings) {
        expect(type).toBe('image/png')
        expect(Buffer.from(bytes.subarray(1, 4)).toString()).toBe('PNG')
      }
    })

    test('stops when told to', async () => {
      const error = await failure(world().painter.paint(request(), AbortSignal.abort()))
      expect(error.kind).toBe('aborted')
    })
  })
}

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Uint8Array> {
  return Buffer.concat(await all(stream))
}
