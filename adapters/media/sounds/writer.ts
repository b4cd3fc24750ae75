import { rm, stat } from 'node:fs/promises'
import {
  AdtsOutputFormat,
  EncodedAudioPacketSource,
  EncodedPacket,
  FilePathTarget,
  FlacOutputFormat,
  Mp3OutputFormat,
  Mp4OutputFormat,
  OggOutputFormat,
  Output,
  type OutputFormat,
} from 'mediabunny'
import { MediaError } from '../../../src/ports/failure.ts'
import { readFrame, renumbered } from './flac.ts'
import type { PacketCodec } from './source.ts'

/** A container and its ending, as providers know it. */
export interface Container {
  readonly type: string
  readonly ending: string
  readonly format: () => OutputFormat
}

/** What a sound of this codec is cut to. */
export const containers: Readonly<Record<PacketCodec, Container>> = {
  opus: { type: 'audio/ogg', ending: '.ogg', format: () => new OggOutputFormat() },
  vorbis: { type: 'audio/ogg', ending: '.ogg', format: () => new OggOutputFormat() },
  mp3: { type: 'audio/mpeg', ending: '.mp3', format: () => new Mp3OutputFormat() },
  aac: { type: 'audio/mp4', ending: '.m4a', format: () => new Mp4OutputFormat({ fastStart: false }) },
  flac: { type: 'audio/flac', ending: '.flac', format: () => new FlacOutputFormat() },
}

export const adts: Container = { type: 'audio/aac', ending: '.aac', format: () => new AdtsOutputFormat() }

export interface PacketWriter {
  /** `seconds`: how long it is heard; of the last one it says where the sound ends. */
  add(data: Uint8Array, seconds: number): Promise<void>
  /** Resolves to the size of the file in bytes. */
  finish(): Promise<number>
  /** Deletes what was written. */
  cancel(): Promise<void>
}

const CHUNK_BYTES = 1024 * 1024

/** Writes packets as one sound that begins at 0. */
export async function writePackets(
  path: string,
  container: Container,
  codec: PacketCodec,
  config: AudioDecoderConfig,
): Promise<PacketWriter> {
  const output = new Output({
    format: container.format(),
    target: new FilePathTarget(path, { chunkSize: CHUNK_BYTES }),
  })
  const source = new EncodedAudioPacketSource(codec)
  output.addAudioTrack(source)
  await output.start()
  let at = 0
  let samples = 0

  function shaped(data: Uint8Array): Uint8Array {
    if (codec !== 'flac') return data
    const frame = readFrame(data)
    if (frame === null) throw new MediaError('broken', 'a frame of this FLAC file can’t be read')
    const moved = renumbered(data, frame, samples)
    samples += frame.samples
    return moved
  }

  return {
    async add(data, seconds) {
      await source.add(new EncodedPacket(shaped(data), 'key', at, seconds), { decoderConfig: config })
      at += seconds
    },
    async finish() {
      await output.finalize()
      return (await stat(path)).size
    },
    async cancel() {
      await output.cancel()
      await rm(path, { force: true })
    },
  }
}
