import { copyFile, stat } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import type { VoiceFacts } from '../../../src/ports/media-tools.ts'
import { decoded, decodedOpus } from './decoding.ts'
import { createOpusEncoder, OPUS_RATE, opusHead } from './opus.ts'
import { openSource, type Source } from './source.ts'
import { createWaveform } from './waveform.ts'
import { containers, type PacketWriter, writePackets } from './writer.ts'

/** OGG/Opus in one channel at `to`. What is that already stays as it is, packet by packet. */
export async function voice(path: string, to: string): Promise<VoiceFacts> {
  const source = await openSource(path)
  try {
    if (source?.codec === 'opus' && source.config.numberOfChannels === 1) return await kept(source, path, to)
  } finally {
    source?.close()
  }
  const waveform = createWaveform(OPUS_RATE)
  const seconds = await encodeOpus(listened(decoded(path, OPUS_RATE, `${to}.wav`), waveform.take), to)
  return { seconds, waveform: waveform.points(), size: (await stat(to)).size }
}

async function kept(source: Source, path: string, to: string): Promise<VoiceFacts> {
  const waveform = createWaveform(OPUS_RATE)
  let samples = 0
  for await (const block of decodedOpus(source, OPUS_RATE)) {
    waveform.take(block)
    samples += block.length
  }
  if (samples === 0) throw new MediaError('empty', 'there is no sound in it')
  if (source.facts.type === 'audio/ogg') await copyFile(path, to)
  else {
    const writer = await writePackets(to, containers.opus, 'opus', source.config)
    await writing(writer, async () => {
      for await (const { data, seconds } of source.packets()) await writer.add(data, seconds)
    })
  }
  return { seconds: samples / OPUS_RATE, waveform: waveform.points(), size: (await stat(to)).size }
}

async function* listened(
  blocks: AsyncIterable<Int16Array>,
  take: (block: Int16Array) => void,
): AsyncGenerator<Int16Array> {
  for await (const block of blocks) {
    take(block)
    yield block
  }
}

/** Encodes samples at 48 kHz. Resolves to seconds. */
export async function encodeOpus(blocks: AsyncIterable<Int16Array>, to: string): Promise<number> {
  const encoder = createOpusEncoder(OPUS_RATE)
  const { frame, preSkip } = encoder
  const config = {
    codec: 'opus',
    numberOfChannels: 1,
    sampleRate: OPUS_RATE,
    description: opusHead(1, preSkip),
  }
  const writer = await writePackets(to, containers.opus, 'opus', config)
  const buffer = new Int16Array(frame)
  let filled = 0
  let total = 0
  let frames = 0
  try {
    await writing(writer, async () => {
      for await (const block of blocks) {
        total += block.length
        for (let at = 0; at < block.length; ) {
          const part = block.subarray(at, at + frame - filled)
          buffer.set(part, filled)
          filled += part.length
          at += part.length
          if (filled === frame) await encode(frame)
        }
      }
      if (total === 0) throw new MediaError('empty', 'there is no sound in it')
      // The encoder runs behind by its pre-skip: the last samples come out only after as much silence.
      for (let left = preSkip + total - frames * frame; left > 0; left -= frame) {
        buffer.fill(0, filled)
        await encode(Math.min(left, frame))
      }
    })
  } finally {
    encoder.close()
  }
  return total / OPUS_RATE

  async function encode(heard: number): Promise<void> {
    await writer.add(encoder.encode(buffer), heard / OPUS_RATE)
    frames += 1
    filled = 0
  }
}

/** Finishes what `write` wrote, or deletes it. */
export async function writing(writer: PacketWriter, write: () => Promise<void>): Promise<number> {
  try {
    await write()
    return await writer.finish()
  } catch (error) {
    await writer.cancel()
    throw error
  }
}
