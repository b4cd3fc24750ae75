import { stat } from 'node:fs/promises'
import {
  ADTS,
  type AudioCodec,
  type EncodedPacket,
  EncodedPacketSink,
  FilePathSource,
  FLAC,
  Input,
  type InputAudioTrack,
  Logging,
  LogLevel,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  WEBM,
} from 'mediabunny'
import { MediaError } from '../../../src/ports/failure.ts'
import type { SoundFacts } from '../../../src/ports/media-tools.ts'
import { endOf } from './ends.ts'
import { frameAtEnd, readFrame } from './flac.ts'
import { framesOf } from './mp3.ts'
import { OPUS_RATE, opusSamples, preSkipOf } from './opus.ts'

/** A packet as its codec made it. */
export interface Packet {
  readonly data: Uint8Array
  /** How long it is heard: less than it holds where a beginning or an end is to be dropped. */
  readonly seconds: number
}

/** A sound made of packets, in a container that we can take apart. */
export interface Source {
  readonly facts: Omit<SoundFacts, 'seconds'>
  readonly codec: PacketCodec
  readonly config: AudioDecoderConfig
  /** All of them, from the first, as they lie in the file. Throws a `MediaError` where the file ends too early. */
  packets(): AsyncGenerator<Packet>
  close(): void
}

/** Those that we know how to put into a container of their own. */
export type PacketCodec = 'opus' | 'vorbis' | 'mp3' | 'aac' | 'flac'

const isPacketCodec = (codec: AudioCodec | null): codec is PacketCodec =>
  codec !== null && ['opus', 'vorbis', 'mp3', 'aac', 'flac'].includes(codec)

/** No playlists: they name other files. WAV has a reader of its own. */
const formats = [OGG, MP3, MP4, QTFF, FLAC, WEBM, MATROSKA, ADTS]
// The bytes come from strangers, and what is wrong with them is told as an error.
Logging.level = LogLevel.Silent
const CACHE_BYTES = 4 * 1024 * 1024
/** Some minutes of speech. */
const PACKETS_A_SWEEP = 10_000

/** The types of containers as `formats` name them: with a picture, and without. */
const types = new Map<string, readonly [sound: string, film: string]>([
  ['Ogg', ['audio/ogg', 'video/ogg']],
  ['MP3', ['audio/mpeg', 'audio/mpeg']],
  ['MP4', ['audio/mp4', 'video/mp4']],
  ['QuickTime File Format', ['video/quicktime', 'video/quicktime']],
  ['FLAC', ['audio/flac', 'audio/flac']],
  ['WebM', ['audio/webm', 'video/webm']],
  ['Matroska', ['audio/x-matroska', 'video/x-matroska']],
  ['ADTS', ['audio/aac', 'audio/aac']],
])

/** null = no container or no codec that we know; something else may. Rejects where it is one and can't be read. */
export async function openSource(path: string): Promise<Source | null> {
  const source = new FilePathSource(path, {
    maxCacheSize: CACHE_BYTES,
    // A read ahead that nobody waits for. Whoever needs those bytes reads them again, and is told then.
    handleUnhandledError: () => undefined,
  })
  const input = new Input({ formats, source })
  try {
    if (!(await input.canRead())) {
      input.dispose()
      return null
    }
    const described = await describe(input, path)
    if (described === null) input.dispose()
    return described
  } catch (error) {
    input.dispose()
    throw error instanceof MediaError ? error : new MediaError('broken', 'this sound can’t be read', error)
  }
}

async function describe(input: Input, path: string): Promise<Source | null> {
  const name = (await input.getFormat()).name
  const track = await input.getPrimaryAudioTrack()
  const hasPictures = (await input.getVideoTracks()).length > 0
  if (track === null) {
    if (hasPictures) throw new MediaError('unsupported', 'there is no sound in it')
    throw new MediaError('broken', 'there is no sound in it that can be read')
  }
  const codec = await track.getCodec()
  const config = await track.getDecoderConfig()
  if (!isPacketCodec(codec) || config === null) return null
  const [sound, film] = types.get(name) ?? ['application/octet-stream', 'application/octet-stream']
  const size = (await stat(path)).size
  return {
    facts: {
      type: hasPictures ? film : sound,
      codec,
      channels: config.numberOfChannels,
      rate: config.sampleRate,
      size,
      hasPictures,
    },
    codec,
    config,
    packets: () =>
      name === 'MP3'
        ? mp3Packets(path)
        : packetsOf(track, { codec, config, timed: name !== 'Ogg', end: () => endOf(path, size) }),
    close: () => input.dispose(),
  }
}

/** A container's word about times is bounded by what its codec can hold: samples of one packet, at least and at most. */
const bounds: Readonly<Record<PacketCodec, readonly [least: number, most: number]>> = {
  opus: [0, 5760],
  vorbis: [0, 8192],
  mp3: [576, 1152],
  // 2048 with spectral band replication, whose rate may be told as it is heard.
  aac: [960, 2048],
  flac: [1, 65_535],
}

async function* mp3Packets(path: string): AsyncGenerator<Packet> {
  let count = 0
  for await (const frame of framesOf(path)) {
    count += 1
    yield frame
  }
  if (count === 0) throw new MediaError('broken', 'there is no sound in it that can be read')
}

interface Walk {
  readonly codec: PacketCodec
  readonly config: AudioDecoderConfig
  /** Whether times come from the container alone, and not from the packets. */
  readonly timed: boolean
  /** The last bytes of the file. */
  readonly end: () => Promise<Buffer>
}

async function* packetsOf(track: InputAudioTrack, walk: Walk): AsyncGenerator<Packet> {
  const { codec, config, timed } = walk
  const [least, most] = bounds[codec].map((samples) => samples / config.sampleRate) as [number, number]
  let dropped = codec === 'opus' && timed ? preSkipOf(descriptionOf(config)) : 0
  const sink = new EncodedPacketSink(track)
  let last: EncodedPacket | null = null
  let next: EncodedPacket | null = null
  try {
    let count = 0
    for await (const packet of sink.packets()) {
      // What a packet leaves behind is collected late, where there is room: hours of them would pass for a harmful file.
      if (++count % PACKETS_A_SWEEP === 0) globalThis.gc?.()
      last = packet
      if (codec === 'opus' && timed) {
        const samples = opusSamples(packet.data)
        const silent = Math.min(dropped, samples)
        dropped -= silent
        yield { data: packet.data, seconds: (samples - silent) / OPUS_RATE }
      } else if (timed && packet.timestamp >= 0) {
        yield { data: packet.data, seconds: Math.max(least, Math.min(most, packet.duration)) }
      } else if (timed) {
        // Before zero: what an encoder puts ahead of the sound.
        yield { data: packet.data, seconds: Math.max(0, Math.min(most, packet.duration + packet.timestamp)) }
      } else {
        yield { data: packet.data, seconds: Math.max(0, packet.duration) }
      }
    }
    // One that the container tells of, but whose bytes aren't there.
    next = last === null ? null : await sink.getNextPacket(last, { metadataOnly: true })
  } catch (error) {
    throw new MediaError('broken', 'this sound can’t be read to its end', error)
  }
  if (last === null) throw new MediaError('broken', 'there is no sound in it that can be read')
  if (next !== null) throw new MediaError('broken', 'the file ends before its sound does; send it again')
  if (codec !== 'flac') return
  const tail = frameAtEnd(await walk.end())
  if (tail === null || tail.equals(last.data.subarray(-tail.length))) return
  yield { data: tail, seconds: readFrame(tail)!.samples / config.sampleRate }
}

/** What a decoder needs to know ahead of the packets. */
export function descriptionOf({ description }: AudioDecoderConfig): Uint8Array | null {
  if (description === undefined) return null
  return ArrayBuffer.isView(description)
    ? new Uint8Array(description.buffer, description.byteOffset, description.byteLength)
    : new Uint8Array(description)
}
