import { copyFile, open, rename, rm } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import type { SoundFacts, SoundFormat } from '../../../src/ports/media-tools.ts'
import { converted, writeSamples } from './converting.ts'
import { decoded } from './decoding.ts'
import { headOf } from './ends.ts'
import { factsOf, factsOfPcm } from './facts.ts'
import { OPUS_RATE } from './opus.ts'
import { bareSamples, PCM_ENDING, plainSamples } from './plain.ts'
import { writeWav } from './sample-pieces.ts'
import { bytesOf } from './samples.ts'
import { openSource } from './source.ts'
import { writing } from './voice.ts'
import type { Samples } from './wav.ts'
import { adts, containers, writePackets } from './writer.ts'

/** A part as its bytes tell. Parts of one `shape` can be put together without another encoding. */
interface JoinPart {
  readonly path: string
  readonly format: SoundFormat | 'vorbis'
  readonly shape: string
  /** Where its samples lie, if it has bare ones. */
  readonly samples: Samples | null
}

export async function joined(paths: readonly string[], format: SoundFormat, to: string): Promise<SoundFacts> {
  const parts: JoinPart[] = []
  for (const path of paths) parts.push(await partOf(path, format))
  const first = parts[0]
  if (first === undefined) throw new MediaError('empty', 'there is no sound to join')
  if (parts.some(({ shape }) => shape !== first.shape)) return joinedAnew(parts, format, to)
  if (first.format === format) {
    await together(parts, to)
    return format === 'pcm' ? factsOfPcm(to) : factsOf(to)
  }
  return joinedAs(parts, first, format, to)
}

/** The model answered in another format than it was asked for. */
async function joinedAs(
  parts: readonly JoinPart[],
  first: JoinPart,
  format: SoundFormat,
  to: string,
): Promise<SoundFacts> {
  const whole = `${to}.${first.format}`
  try {
    await together(parts, whole)
    return await converted(whole, format, to)
  } catch (error) {
    if (!(error instanceof MediaError) || error.kind !== 'unsupported') throw error
    // No ffmpeg: a sound in another format is better than none, and its type is told.
    await rename(whole, to)
    return first.format === 'pcm' ? factsOfPcm(to) : factsOf(to)
  } finally {
    await rm(whole, { force: true })
  }
}

/** Parts that have nothing in common are decoded, and encoded as one. */
async function joinedAnew(parts: readonly JoinPart[], format: SoundFormat, to: string): Promise<SoundFacts> {
  const whole = `${to}.whole.wav`
  async function* blocks() {
    for (const { path } of parts) yield* decoded(path, OPUS_RATE, `${to}.part.wav`)
  }
  try {
    await writeSamples(whole, blocks(), OPUS_RATE)
    return await converted(whole, format, to)
  } finally {
    await rm(whole, { force: true })
  }
}

/** What surely is no bare PCM. */
const marked = /^(RIFF|OggS|fLaC|ID3|\x1a\x45\xdf\xa3|[\s\S]{4}ftyp)/

async function partOf(path: string, asked: SoundFormat): Promise<JoinPart> {
  const head = (await headOf(path, 12)).toString('latin1')
  if (head.length === 0) throw new MediaError('empty', 'the file is empty')
  if (path.endsWith(PCM_ENDING) || (asked === 'pcm' && !marked.test(head)))
    return { path, format: 'pcm', shape: 'pcm', samples: await bareSamples(path) }
  const samples = await plainSamples(path)
  if (samples !== null) {
    const { kind, channels, rate, bits } = samples
    return { path, format: 'wav', shape: `wav ${kind} ${channels} ${rate} ${bits}`, samples }
  }
  const source = await openSource(path)
  if (source === null) throw new MediaError('broken', 'these bytes are no sound that can be joined')
  const { codec, config } = source
  source.close()
  // Opus decodes to any rate and number of channels; what is read of it depends on neither.
  const shape = codec === 'opus' ? codec : `${codec} ${config.numberOfChannels} ${config.sampleRate}`
  return { path, format: codec, shape, samples: null }
}

async function together(parts: readonly JoinPart[], to: string): Promise<void> {
  const first = parts[0]!
  if (first.samples !== null) await samplesTogether(parts, first.samples, to)
  else if (parts.length === 1) await copyFile(first.path, to)
  else await packetsTogether(parts, to)
}

async function samplesTogether(parts: readonly JoinPart[], shape: Samples, to: string): Promise<void> {
  const length = parts.reduce((sum, { samples }) => sum + (samples?.length ?? 0), 0)
  async function* bytes() {
    for (const { path, samples } of parts) if (samples !== null) yield* bytesOf(path, samples)
  }
  if (parts[0]?.format === 'wav') {
    await writeWav(to, shape, length, bytes())
    return
  }
  const file = await open(to, 'w')
  try {
    for await (const part of bytes()) await file.writeFile(part)
  } finally {
    await file.close()
  }
}

async function packetsTogether(parts: readonly JoinPart[], to: string): Promise<void> {
  const first = await openSource(parts[0]!.path)
  if (first === null) throw new MediaError('broken', 'these bytes are no sound that can be joined')
  const { codec, config } = first
  first.close()
  const writer = await writePackets(to, codec === 'aac' ? adts : containers[codec], codec, config)
  await writing(writer, async () => {
    for (const { path } of parts) {
      const source = await openSource(path)
      if (source === null) throw new MediaError('broken', 'these bytes are no sound that can be joined')
      try {
        for await (const { data, seconds } of source.packets()) await writer.add(data, seconds)
      } finally {
        source.close()
      }
    }
  })
}
