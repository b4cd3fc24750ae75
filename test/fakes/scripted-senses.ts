import { copyFile, readFile, stat, writeFile } from 'node:fs/promises'
import { imageSize } from 'image-size'
import { MediaError } from '../../src/ports/failure.ts'
import type { MediaTools, SoundFacts } from '../../src/ports/media-tools.ts'
import type {
  Painter,
  PaintRequest,
  Speaker,
  SpeakRequest,
  TranscribeRequest,
  Transcriber,
} from '../../src/ports/model.ts'
import { png } from './png.ts'

/** What a test says instead of the models that hear, speak and paint, and of the tools that decode. */
export interface ScriptedSenses {
  readonly transcriber: Transcriber
  readonly speaker: Speaker
  readonly painter: Painter
  readonly tools: MediaTools
  readonly asked: {
    readonly transcribe: TranscribeRequest[]
    readonly speak: SpeakRequest[]
    readonly paint: PaintRequest[]
  }
  /** What each recording says from now on; throws = the model fails. */
  hears(answer: (request: TranscribeRequest, signal: AbortSignal) => string | Promise<string>): void
  /** The bytes of each spoken text from now on; throws = the model fails. */
  speaks(answer: (request: SpeakRequest, signal: AbortSignal) => Uint8Array | Promise<Uint8Array>): void
  /** The pictures painted from now on, the last is the finished one. */
  paints(answer: (request: PaintRequest) => readonly Uint8Array[]): void
}

/** By itself each recording says `What was said.`, each text sounds like itself, each picture is grey. */
export function createScriptedSenses(tools: Partial<MediaTools> = {}): ScriptedSenses {
  const asked: ScriptedSenses['asked'] = { transcribe: [], speak: [], paint: [] }
  const all: MediaTools = { ...scriptedTools(), ...tools, for: () => all }
  let hear: Parameters<ScriptedSenses['hears']>[0] = () => 'What was said.'
  let speak: Parameters<ScriptedSenses['speaks']>[0] = ({ text }) => new TextEncoder().encode(`sound:${text}`)
  let paint: Parameters<ScriptedSenses['paints']>[0] = () => [png(2, 2), png(4, 4)]
  return {
    asked,
    tools: all,
    hears: (answer) => {
      hear = answer
    },
    speaks: (answer) => {
      speak = answer
    },
    paints: (answer) => {
      paint = answer
    },
    transcriber: {
      async transcribe(request, signal) {
        asked.transcribe.push(request)
        return { text: await hear(request, signal), language: 'en', usage: null }
      },
    },
    speaker: {
      async speak(request, signal) {
        asked.speak.push(request)
        return new Blob([new Uint8Array(await speak(request, signal))]).stream()
      },
    },
    painter: {
      async *paint(request, signal) {
        asked.paint.push(request)
        const pictures = paint(request)
        for (const [i, bytes] of pictures.entries()) {
          signal.throwIfAborted()
          yield { bytes, type: 'image/png', final: i === pictures.length - 1 }
        }
      },
    },
  }
}

/** Decodes nothing: pictures stay as they are, texts are UTF-8, every sound lasts three seconds and stays in one piece. */
function scriptedTools(): Omit<MediaTools, 'for'> {
  const soundOf = async (path: string, type = 'audio/ogg'): Promise<SoundFacts> => {
    const { size } = await stat(path)
    return { type, codec: 'opus', seconds: 3, channels: 1, rate: 48_000, size, hasPictures: false }
  }
  return {
    async picture(path, { type }) {
      const bytes = new Uint8Array(await readFile(path))
      const { width, height } = imageSize(bytes)
      return { bytes, type, width, height, frames: 1 }
    },
    async document(path, { kind, longest }) {
      if (kind !== 'text') throw new MediaError('unsupported', 'this test reads only plain text')
      const text = await readFile(path, 'utf8')
      const pages = [{ number: 1, text: text.slice(0, longest), picture: null }]
      return { pages, pageCount: null, cut: text.length > longest, length: text.length, encoding: 'UTF-8' }
    },
    sound: (path) => soundOf(path),
    async pieces(path, wish) {
      const to = wish.path('.ogg')
      await copyFile(path, to)
      const { type, seconds, size } = await soundOf(to)
      return [{ path: to, type, ending: '.ogg', from: 0, seconds, size }]
    },
    async join(paths, format, to) {
      await writeFile(to, Buffer.concat(await Promise.all(paths.map((path) => readFile(path)))))
      return soundOf(to, `audio/${format}`)
    },
    async voiceMessage(path, to) {
      await copyFile(path, to)
      const { seconds, size } = await soundOf(to)
      return { seconds, waveform: Uint8Array.from({ length: 256 }, (_, i) => i), size }
    },
    async convert(path, format, to) {
      await copyFile(path, to)
      return soundOf(to, `audio/${format}`)
    },
    ffmpeg: async () => null,
    close: async () => undefined,
  }
}
