import { Decoder, Encoder } from '@evan/opus/wasm/index.mjs'

/** Opus counts time in these, whatever the sound was before. Hz. */
export const OPUS_RATE = 48_000

export type OpusRate = 8000 | 12000 | 16000 | 24000 | 48000

/** Samples at 48 kHz that a packet decodes to, by its first byte (RFC 6716, 3.1); 0 where it is none. */
export function opusSamples(packet: Uint8Array): number {
  const toc = packet[0]
  if (toc === undefined) return 0
  const config = toc >> 3
  const frame =
    config < 12
      ? [480, 960, 1920, 2880][config & 3]!
      : config < 16
        ? [480, 960][config & 1]!
        : [120, 240, 480, 960][config & 3]!
  const frames = (toc & 3) === 0 ? 1 : (toc & 3) < 3 ? 2 : (packet[1] ?? 0) & 63
  return frame * frames
}

/** The header of a stream (RFC 7845, 5.1): one or two channels. `preSkip`: samples at 48 kHz to drop at the start. */
export function opusHead(channels: number, preSkip: number): Uint8Array<ArrayBuffer> {
  const head = new Uint8Array(19)
  const view = new DataView(head.buffer)
  head.set(new TextEncoder().encode('OpusHead'))
  view.setUint8(8, 1)
  view.setUint8(9, channels)
  view.setUint16(10, preSkip, true)
  view.setUint32(12, OPUS_RATE, true)
  return head
}

export function preSkipOf(head: Uint8Array | null): number {
  if (head === null || head.length < 12) return 0
  return head[10]! | (head[11]! << 8)
}

/** The same header, with another pre-skip. */
export function withPreSkip(head: Uint8Array, preSkip: number): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(head)
  new DataView(copy.buffer).setUint16(10, preSkip, true)
  return copy
}

export interface OpusDecoder {
  /** One channel. Throws on a packet that can't be decoded. */
  decode(packet: Uint8Array): Int16Array<ArrayBuffer>
  close(): void
}

export function createOpusDecoder(rate: OpusRate): OpusDecoder {
  const decoder = new Decoder({ channels: 1, sample_rate: rate })
  return {
    decode(packet) {
      const bytes = decoder.decode(packet)
      return new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2)
    },
    close: () => decoder.drop(),
  }
}

/** Bits a second: speech sounds as it did, and an hour has 15 MB. */
const BITRATE = 32_000
const SET_BITRATE = 4002
const GET_LOOKAHEAD = 4027

export interface OpusEncoder {
  /** Samples of one frame: 20 ms. */
  readonly frame: number
  /** Samples at 48 kHz that come before the sound. */
  readonly preSkip: number
  encode(samples: Int16Array): Uint8Array<ArrayBuffer>
  close(): void
}

/** Speech in one channel. */
export function createOpusEncoder(rate: OpusRate): OpusEncoder {
  const encoder = new Encoder({ channels: 1, sample_rate: rate, application: 'audio' })
  encoder.ctl(SET_BITRATE, BITRATE)
  return {
    frame: rate / 50,
    preSkip: (encoder.ctl(GET_LOOKAHEAD) * OPUS_RATE) / rate,
    encode: (samples) =>
      encoder.encode(new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength)),
    close: () => encoder.drop(),
  }
}
