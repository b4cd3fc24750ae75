import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScratch } from '../../adapters/system/scratch.ts'
import { createShelf } from '../../adapters/system/shelf.ts'
import { createRoom } from '../../src/media/room.ts'
import { silentLog } from '../../src/observe/log.ts'
import type { Buying, BuyingWish, Wares } from '../../src/policy/buying.ts'
import type { MediaTools, SoundFormat } from '../../src/ports/media-tools.ts'
import type { SpeakRequest } from '../../src/ports/model.ts'
import { createSpeaking } from '../../src/speech/speaking.ts'
import { simulatedClock } from '../fakes/clock.ts'

export type SpeechWorld = Awaited<ReturnType<typeof openSpeechWorld>>
export type Answer = (request: SpeakRequest, signal: AbortSignal) => Promise<ReadableStream<Uint8Array>>

/** A voice that "says" a text by writing it, with tools that join such sounds. On a real disk. `real`: instead of these. */
export async function openSpeechWorld(real?: MediaTools) {
  const dir = await mkdtemp(join(tmpdir(), 'speech-'))
  const clock = simulatedClock()
  const log = silentLog()
  const asked: SpeakRequest[] = []
  const bookings: { readonly id: string; readonly settled?: Wares; readonly released?: true }[] = []
  const wished: BuyingWish[] = []
  const world = {
    /** What the speaker answers. */
    answer: (async ({ text }) => new Blob([`<${text}>`]).stream()) as Answer,
    refusal: null as string | null,
    voiceMessage: null as Error | null,
    ffmpeg: null as string | null,
    convert: null as Error | null,
  }
  const buying: Buying = {
    async open(wish) {
      wished.push(wish)
      const { id, wares } = wish
      if (world.refusal !== null) return { kind: 'refused', words: world.refusal, retryAfterMs: 5_000 }
      return {
        kind: 'bought',
        settle: async (_usage, _model, made) => void bookings.push({ id, settled: made ?? wares }),
        release: async () => void bookings.push({ id, released: true }),
      }
    },
  }
  const copied = async (paths: readonly string[], to: string): Promise<number> => {
    const all = Buffer.concat(await Promise.all(paths.map((path) => readFile(path))))
    await writeFile(to, all, { mode: 0o600 })
    return all.length
  }
  const tools: Pick<MediaTools, 'join' | 'voiceMessage' | 'ffmpeg' | 'convert'> = {
    ffmpeg: async () => world.ffmpeg,
    async join(paths, format: SoundFormat, to) {
      const size = await copied(paths, to)
      const type = format === 'mp3' ? 'audio/mpeg' : format === 'opus' ? 'audio/ogg' : `audio/${format}`
      return { type, codec: format, seconds: size / 15, channels: 1, rate: 24_000, size, hasPictures: false }
    },
    async voiceMessage(path, to) {
      if (world.voiceMessage !== null) throw world.voiceMessage
      const size = await copied([path], to)
      return { seconds: size / 15, waveform: Uint8Array.of(0, 128, 255), size }
    },
    async convert(path, codec, to) {
      if (world.convert !== null) throw world.convert
      const size = await copied([path], to)
      const type = codec === 'mp3' ? 'audio/mpeg' : `audio/${codec}`
      return { type, codec, seconds: size / 15, channels: 1, rate: 48_000, size, hasPictures: false }
    },
  }
  const shelf = createShelf({ dir: join(dir, 'shelf'), clock, log })
  const scratch = createScratch(join(dir, 'scratch'))
  const disk = createRoom({ clock, bytes: 2_000_000_000 })
  const speaking = createSpeaking({
    speaker: {
      speak(request, signal) {
        asked.push(request)
        return world.answer(request, signal)
      },
    },
    model: 'tts',
    tools: real ?? (tools as MediaTools),
    ...{ scratch, disk, shelf, buying, clock, log },
  })
  const close = () => rm(dir, { recursive: true, force: true })
  return Object.assign(world, {
    ...{ dir, clock, log, asked, wished, bookings, shelf, scratch, disk, tools, speaking, close },
  })
}
