import { open, rm } from 'node:fs/promises'
import type { SoundFacts, SoundFormat } from '../../../src/ports/media-tools.ts'
import { decoded } from './decoding.ts'
import { factsOf, factsOfPcm } from './facts.ts'
import { ffmpegSound } from './ffmpeg.ts'
import { foreignOf } from './foreign.ts'
import { OPUS_RATE, type OpusRate } from './opus.ts'
import { PCM_ENDING } from './plain.ts'
import { encodeOpus } from './voice.ts'
import { pcmShape, WAV_HEADER, wavHeader } from './wav.ts'

/** How ffmpeg writes what nothing here can encode: speech, so one channel is kept as it is. */
const encodings = {
  mp3: ['-c:a', 'libmp3lame', '-b:a', '96k', '-f', 'mp3'],
  aac: ['-c:a', 'aac', '-b:a', '96k', '-f', 'adts'],
  flac: ['-c:a', 'flac', '-f', 'flac'],
} as const

/** WAV, PCM and Opus come out in one channel. */
export async function converted(path: string, format: SoundFormat, to: string): Promise<SoundFacts> {
  const scratch = `${to}.wav`
  if (format === 'opus') {
    await encodeOpus(decoded(path, OPUS_RATE, scratch), to)
    return factsOf(to)
  }
  if (format === 'pcm') {
    await writeSamples(to, decoded(path, pcmShape.rate, scratch), null)
    return factsOfPcm(to)
  }
  if (format === 'wav') {
    const rate = path.endsWith(PCM_ENDING) ? pcmShape.rate : OPUS_RATE
    await writeSamples(to, decoded(path, rate, scratch), rate)
    return factsOf(to)
  }
  await byFfmpeg(path, format, to)
  return factsOf(to)
}

async function byFfmpeg(path: string, format: keyof typeof encodings, to: string): Promise<void> {
  const what = `it to ${format}`
  if (!path.endsWith(PCM_ENDING)) {
    await ffmpegSound({ path, format: (await foreignOf(path)).format, what }, to, encodings[format])
    return
  }
  const scratch = `${to}.bare.wav`
  try {
    await writeSamples(scratch, decoded(path, pcmShape.rate, ''), pcmShape.rate)
    await ffmpegSound({ path: scratch, format: 'wav', what }, to, encodings[format])
  } finally {
    await rm(scratch, { force: true })
  }
}

/** Samples of one channel, with the header of a WAV file where they are to have one. */
export async function writeSamples(
  path: string,
  blocks: AsyncIterable<Int16Array>,
  rate: OpusRate | null,
): Promise<void> {
  const file = await open(path, 'w')
  try {
    if (rate !== null) await file.write(Buffer.alloc(WAV_HEADER))
    let length = 0
    for await (const { buffer, byteOffset, byteLength } of blocks) {
      await file.writeFile(new Uint8Array(buffer, byteOffset, byteLength))
      length += byteLength
    }
    if (rate !== null) await file.write(wavHeader({ ...pcmShape, rate }, length), 0, WAV_HEADER, 0)
  } finally {
    await file.close()
  }
}
