import { Encoder } from '@evan/opus/wasm/index.mjs'

/** What a voice "says": a hum that swells and fades, for as long as the text has characters. */
const RATE = 24_000
const SECONDS_A_CHARACTER = 0.02
/** Hz: whole waves in 20 ms. */
const PITCH = 200
const LOUDEST = 12_000

/** `audio/…` by the format's name. */
export const soundTypes: Readonly<Record<string, string>> = {
  mp3: 'audio/mpeg',
  opus: 'audio/opus',
  aac: 'audio/aac',
  flac: 'audio/flac',
  wav: 'audio/wav',
  pcm: 'audio/pcm',
}

/** Seconds that the fake voice takes for a text. */
export const secondsOf = (text: string): number => Math.max(1, text.length) * SECONDS_A_CHARACTER

/** A valid file. mp3 and aac are silent: their encoders would have to be brought along. */
export function soundOf(format: string, text: string): Buffer {
  const seconds = secondsOf(text)
  switch (format) {
    case 'wav':
      return Buffer.concat([waveHeader(), hum(seconds, RATE)])
    case 'pcm':
      return hum(seconds, RATE)
    case 'opus':
      return ogg(Math.ceil(seconds / 0.02))
    case 'flac':
      return flac(Math.round(seconds * RATE))
    case 'aac':
      return repeated(aacFrame, (seconds * RATE) / 1_024)
    default:
      return repeated(mp3Frame, (seconds * RATE) / 576)
  }
}

const repeated = (frame: Buffer, times: number): Buffer =>
  Buffer.concat(Array.from({ length: Math.ceil(times) }, () => frame))

/** MPEG-2 layer III, 64 kbit/s, 24 kHz, mono: a frame of zeros is silence. */
const mp3Frame = Buffer.concat([Buffer.from('fff384c4', 'hex'), Buffer.alloc(188)])

/** ADTS, AAC-LC, 24 kHz, mono: silence as ffmpeg writes it. */
const aacFrame = Buffer.from('fff15840017ffc01182007', 'hex')

/** 16 bits, one channel. */
function hum(seconds: number, rate: number): Buffer {
  const samples = Math.round(seconds * rate)
  const bytes = Buffer.alloc(samples * 2)
  for (let index = 0; index < samples; index++) {
    const loudness = LOUDEST * swell(index / samples)
    bytes.writeInt16LE(Math.round(loudness * Math.sin((2 * Math.PI * PITCH * index) / rate)), index * 2)
  }
  return bytes
}

/** Loudness over the whole, 0 to 1. */
const swell = (at: number): number => Math.sin(Math.PI * at)

/** OpenAI streams: it doesn't know the length when it begins. */
function waveHeader(): Buffer {
  const header = Buffer.alloc(44)
  header.write('RIFF', 0, 'latin1')
  header.writeUInt32LE(0xffffffff, 4)
  header.write('WAVEfmt ', 8, 'latin1')
  header.writeUInt32LE(16, 16)
  header.writeUInt16LE(1, 20)
  header.writeUInt16LE(1, 22)
  header.writeUInt32LE(RATE, 24)
  header.writeUInt32LE(RATE * 2, 28)
  header.writeUInt16LE(2, 32)
  header.writeUInt16LE(16, 34)
  header.write('data', 36, 'latin1')
  header.writeUInt32LE(0xffffffff, 40)
  return header
}

/** Opus in OGG, by RFC 7845: so many packets of 20 ms, a page each. */
function ogg(count: number): Buffer {
  const head = Buffer.from('OpusHead\x01\x01\x00\x00\x80\xbb\x00\x00\x00\x00\x00', 'latin1')
  const tags = Buffer.from('OpusTags\x04\x00\x00\x00fake\x00\x00\x00\x00', 'latin1')
  const pages = Array.from({ length: count }, (_, index) =>
    oggPage(packetOf(Math.round(16 * swell((index + 0.5) / count))), {
      flags: index === count - 1 ? 4 : 0,
      granule: (index + 1) * 960,
      number: index + 2,
    }),
  )
  return Buffer.concat([
    oggPage(head, { flags: 2, granule: 0, number: 0 }),
    oggPage(tags, { flags: 0, granule: 0, number: 1 }),
    ...pages,
  ])
}

const packets = new Map<number, Buffer>()

/** 20 ms of the hum in the middle of it, in one of 16 levels of loudness: encoding takes long. */
function packetOf(level: number): Buffer {
  const known = packets.get(level)
  if (known !== undefined) return known
  const encoder = new Encoder({ channels: 1, sample_rate: 48_000, application: 'audio' })
  const samples = Buffer.alloc(960 * 2)
  for (let index = 0; index < 960; index++) {
    const wave = Math.sin((2 * Math.PI * PITCH * index) / 48_000)
    samples.writeInt16LE(Math.round((level / 16) * LOUDEST * wave), index * 2)
  }
  let packet = Buffer.alloc(0)
  for (let times = 0; times < 4; times++) packet = Buffer.from(encoder.encode(samples))
  packets.set(level, packet)
  return packet
}

function oggPage(packet: Buffer, at: { flags: number; granule: number; number: number }): Buffer {
  const lacing = [...Array.from({ length: Math.floor(packet.length / 255) }, () => 255), packet.length % 255]
  const header = Buffer.alloc(27)
  header.write('OggS', 0, 'latin1')
  header.writeUInt8(at.flags, 5)
  header.writeBigUInt64LE(BigInt(at.granule), 6)
  header.writeUInt32LE(1, 14)
  header.writeUInt32LE(at.number, 18)
  header.writeUInt8(lacing.length, 26)
  const page = Buffer.concat([header, Buffer.from(lacing), packet])
  page.writeUInt32LE(crc(page, 32, 0x04c11db7), 22)
  return page
}

/** Silence: frames of one value. */
function flac(samples: number): Buffer {
  const block = 4_096
  const info = Buffer.alloc(38)
  info.writeUInt8(0x80, 0)
  info.writeUIntBE(34, 1, 3)
  info.writeUInt16BE(block, 4)
  info.writeUInt16BE(block, 6)
  // 20 bits of rate, 3 of channels less one, 5 of bits less one, 36 of samples.
  info.writeBigUInt64BE((BigInt(RATE) << 44n) | (15n << 36n) | BigInt(samples), 14)
  const frames = Array.from({ length: Math.ceil(samples / block) }, (_, index) => {
    const length = Math.min(block, samples - index * block)
    const head = Buffer.from([0xff, 0xf8, 0x77, 0x08, ...utf8(index), (length - 1) >> 8, (length - 1) & 255])
    const frame = Buffer.concat([head, Buffer.from([crc(head, 8, 0x07), 0, 0, 0])])
    const sum = crc(frame, 16, 0x8005)
    return Buffer.concat([frame, Buffer.from([sum >> 8, sum & 255])])
  })
  return Buffer.concat([Buffer.from('fLaC'), info, ...frames])
}

/** A frame's number, coded as UTF-8 codes a character. */
const utf8 = (value: number): Uint8Array => new TextEncoder().encode(String.fromCodePoint(value))

/** Most significant bit first, from 0. */
function crc(bytes: Uint8Array, width: number, polynomial: number): number {
  const top = 2 ** (width - 1)
  const mask = 2 ** width - 1
  let sum = 0
  for (const byte of bytes) {
    sum = (sum ^ ((byte << (width - 8)) >>> 0)) >>> 0
    for (let bit = 0; bit < 8; bit++) {
      const carries = (sum & top) !== 0
      sum = ((sum << 1) & mask) >>> 0
      if (carries) sum = (sum ^ polynomial) >>> 0
    }
  }
  return sum >>> 0
}
