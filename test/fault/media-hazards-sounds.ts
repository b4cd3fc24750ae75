import { readFileSync } from 'node:fs'
import { wavHeader } from '../../adapters/media/sounds/wav.ts'
import { type Hazard, u16le, u32, u32le } from './media-hazard.ts'
import { large } from './media-world.ts'

const MB = 1024 * 1024
const most = 500 * MB

export const sound = (name: string): Buffer => readFileSync(new URL(`../files/${name}`, import.meta.url))

/** A header that may lie about everything, and a second of 8 kHz behind it. */
const wav = ({
  channels = 1,
  rate = 8000,
  bits = 16,
  block = 2,
  claimed = 16_000,
  data = 16_000,
} = {}): Buffer =>
  Buffer.concat([
    ...[Buffer.from('RIFF'), u32le(36 + claimed), Buffer.from('WAVEfmt '), u32le(16), u16le(1)],
    ...[u16le(channels), u32le(rate), u32le(rate * block), u16le(block), u16le(bits)],
    ...[Buffer.from('data'), u32le(claimed), Buffer.alloc(data)],
  ])

const sums = Uint32Array.from({ length: 256 }, (_, n) => {
  let sum = n << 24
  for (let bit = 0; bit < 8; bit++) sum = sum & 0x80000000 ? (sum << 1) ^ 0x04c11db7 : sum << 1
  return sum >>> 0
})

function oggPage(packets: readonly Uint8Array[], granule: bigint, number: number, flags = 0): Buffer {
  const head = Buffer.alloc(27)
  head.write('OggS')
  head[5] = flags
  head.writeBigInt64LE(granule, 6)
  head.writeUInt32LE(7, 14)
  head.writeUInt32LE(number, 18)
  head[26] = packets.length
  const page = Buffer.concat([head, Buffer.from(packets.map(({ length }) => length)), ...packets])
  let sum = 0
  for (const byte of page) sum = ((sum << 8) ^ sums[((sum >>> 24) ^ byte) & 255]!) >>> 0
  page.writeUInt32LE(sum, 22)
  return page
}

/** 20 ms of silence, as Opus writes it. */
const silence = Buffer.from([0xf8, 0xff, 0xfe])
const opusHeader = (channels = 1): Buffer =>
  Buffer.concat([
    Buffer.from('OpusHead\u0001'),
    Buffer.from([channels]),
    u16le(312),
    u32le(48_000),
    Buffer.alloc(3),
  ])
const opusTags = Buffer.concat([Buffer.from('OpusTags'), u32le(0), u32le(0)])

/** A recording of silence; `granule` says at each page's end what the time is, in samples of 48 kHz. */
export function ogg(seconds: number, granule = (samples: number): bigint => BigInt(samples)): Buffer {
  const pages = Math.ceil(seconds / 5)
  return Buffer.concat([
    oggPage([opusHeader()], 0n, 0, 2),
    oggPage([opusTags], 0n, 1),
    ...Array.from({ length: pages }, (_, i) =>
      oggPage(Array(250).fill(silence), granule((i + 1) * 250 * 960), i + 2, i === pages - 1 ? 4 : 0),
    ),
  ])
}

const box = (type: string, ...inside: readonly Uint8Array[]): Buffer => {
  const body = Buffer.concat(inside)
  return Buffer.concat([u32(body.length + 8), Buffer.from(type), body])
}
const start = box('ftyp', Buffer.from('M4A \0\0\0\0M4A isom'))

/** The file's own boxes, one of them changed where its name stands. */
function m4aWith(type: string, change: (bytes: Buffer, at: number) => void): Buffer {
  const bytes = Buffer.from(sound('question.m4a'))
  change(bytes, bytes.indexOf(type))
  return bytes
}

const nestedBoxes = (depth: number): Buffer => {
  const heads = Array.from({ length: depth }, (_, i) =>
    Buffer.concat([u32((depth - i) * 8), Buffer.from(i === 0 ? 'moov' : 'trak')]),
  )
  return Buffer.concat([start, ...heads])
}

const id3 = (size: number): Buffer =>
  Buffer.from([73, 68, 51, 4, 0, 0, (size >> 21) & 127, (size >> 14) & 127, (size >> 7) & 127, size & 127])

const sixHours = 6 * 3600
const words = /can’t be read|can’t read|no sound|doesn’t say|no samples|ends before|damaged/

export const soundHazards: readonly Hazard[] = [
  {
    what: 'a recording of no bytes',
    name: 'a.ogg',
    type: 'audio/ogg',
    body: () => '',
    ends: /the file is empty/,
  },
  {
    what: 'a recording of just the bytes it may have',
    name: 'a.wav',
    body: () => large(wav({ rate: 48_000, block: 2, claimed: most - 44, data: 0 }), most),
    ends: 'either',
    rare: true,
  },
  {
    what: 'a recording of one byte more',
    name: 'a.wav',
    body: () => large(wav({ claimed: most, data: 0 }), most + 1),
    ends: /larger than the 500\.0 MB/,
    rare: true,
  },
  {
    what: 'a recording that claims one byte more',
    name: 'a.wav',
    claims: most + 1,
    body: () => wav(),
    ends: /larger than the 500\.0 MB/,
  },
  {
    what: 'a recording without an end that claims little',
    name: 'a.ogg',
    claims: 10,
    body: () => large(sound('question.ogg'), Number.POSITIVE_INFINITY),
    ends: /larger than the 500\.0 MB/,
    rare: true,
  },
  {
    what: 'a picture’s name on a sound',
    name: 'a.png',
    type: 'image/png',
    body: () => sound('question.mp3'),
    ends: 'read',
  },
  {
    what: 'a WAV that says six hours and has a second',
    name: 'a.wav',
    body: () => wav({ claimed: sixHours * 16_000 }),
    ends: 'read',
  },
  {
    what: 'a WAV of six hours',
    name: 'a.wav',
    body: () =>
      large(
        wavHeader({ kind: 'integer', channels: 1, rate: 8000, bits: 8, block: 1 }, sixHours * 8000),
        sixHours * 8000,
        128,
      ),
    ends: /6 h/,
    rare: true,
  },
  {
    what: 'an Ogg of six hours',
    name: 'a.ogg',
    body: () => ogg(sixHours),
    ends: /it is 6 h long|it is longer than \d+ minutes/,
    rare: true,
  },
  {
    what: 'an Ogg of three seconds that says six hours',
    name: 'a.ogg',
    body: () => ogg(5, () => BigInt(sixHours * 48_000)),
    ends: 'either',
  },
  {
    what: 'an Ogg whose time runs backwards',
    name: 'a.ogg',
    body: () => ogg(20, (samples) => BigInt(2_000_000 - samples)),
    ends: 'either',
  },
  { what: 'an Ogg without any time', name: 'a.ogg', body: () => ogg(20, () => -1n), ends: 'either' },
  {
    what: 'an Ogg of 9 quintillion samples',
    name: 'a.ogg',
    body: () => ogg(20, () => 2n ** 63n - 1n),
    ends: 'either',
  },
  {
    what: 'an Ogg of 119 minutes of silence',
    name: 'a.ogg',
    body: () => ogg(119 * 60),
    ends: 'read',
    rare: true,
  },
  { what: 'a recording of silence', name: 'a.ogg', body: () => ogg(5), ends: 'read' },
  {
    what: 'a WAV of 100 channels',
    name: 'a.wav',
    body: () => wav({ channels: 100, block: 200 }),
    ends: 'either',
  },
  {
    what: 'a WAV of 65,535 channels',
    name: 'a.wav',
    body: () => wav({ channels: 65_535, block: 65_535 }),
    ends: 'either',
    rare: true,
  },
  { what: 'a WAV of one sample a second', name: 'a.wav', body: () => wav({ rate: 1 }), ends: 'either' },
  {
    what: 'a WAV of no samples a second',
    name: 'a.wav',
    body: () => wav({ rate: 0 }),
    ends: /which can’t be/,
  },
  {
    what: 'a WAV of 4 billion samples a second',
    name: 'a.wav',
    body: () => wav({ rate: 4_294_967_295 }),
    ends: 'either',
  },
  {
    what: 'a WAV whose samples have no bytes',
    name: 'a.wav',
    body: () => wav({ block: 0, bits: 0 }),
    ends: 'either',
  },
  {
    what: 'a WAV of no channels',
    name: 'a.wav',
    body: () => wav({ channels: 0 }),
    ends: 'either',
    rare: true,
  },
  {
    what: 'an MP4 that is a web page as well',
    name: 'a.mp4',
    type: 'video/mp4',
    body: () => Buffer.concat([start, box('free', Buffer.from('<html><script>alert(1)</script></html>'))]),
    ends: words,
  },
  {
    what: 'an MP4 that says it has 4 billion sizes',
    name: 'a.m4a',
    body: () => m4aWith('stsz', (bytes, at) => bytes.writeUInt32BE(0xffffffff, at + 12)),
    ends: 'either',
  },
  {
    what: 'an MP4 of 4 billion packets of one byte',
    name: 'a.m4a',
    body: () =>
      m4aWith('stsz', (bytes, at) => void bytes.writeUInt32BE(0xffffffff, bytes.writeUInt32BE(1, at + 8))),
    ends: 'either',
  },
  {
    what: 'an MP4 that says it has 4 billion times',
    name: 'a.m4a',
    body: () => m4aWith('stts', (bytes, at) => bytes.writeUInt32BE(0xffffffff, at + 8)),
    ends: 'either',
  },
  {
    what: 'an MP4 whose packets all take no time, 4 billion of them',
    name: 'a.m4a',
    body: () => m4aWith('stts', (bytes, at) => bytes.writeUInt32BE(0xffffffff, at + 12)),
    ends: 'either',
  },
  {
    what: 'an MP4 of 100,000 boxes in each other',
    name: 'a.mp4',
    body: () => nestedBoxes(100_000),
    ends: words,
  },
  {
    what: 'an MP4 whose boxes have no length',
    name: 'a.mp4',
    body: () =>
      Buffer.concat([start, ...Array(1000).fill(Buffer.from('\0\0\0\x01moov\0\0\0\0\0\0\0\0', 'latin1'))]),
    ends: words,
  },
  {
    what: 'an MP3 whose notes are longer than itself',
    name: 'a.mp3',
    body: () => Buffer.concat([id3(250 * MB), sound('question.mp3')]),
    ends: 'either',
  },
  {
    what: 'an MP3 that is mostly notes',
    name: 'a.mp3',
    body: () => Buffer.concat([id3(20 * MB), Buffer.alloc(20 * MB, 1), sound('question.mp3')]),
    ends: 'either',
  },
  {
    what: 'an MP3 of noise between its frames',
    name: 'a.mp3',
    body: () => Buffer.concat([sound('question.mp3'), Buffer.alloc(5 * MB, 0xff), sound('question.mp3')]),
    ends: 'either',
  },
  {
    what: 'a WebM that says it is endless',
    name: 'a.webm',
    body: () =>
      Buffer.concat([
        sound('question.webm').subarray(0, 40),
        Buffer.from('1853806701ffffffffffffff', 'hex'),
        Buffer.alloc(MB, 0xec),
      ]),
    ends: 'either',
    rare: true,
  },
  {
    what: 'a FLAC of notes alone',
    name: 'a.flac',
    body: () =>
      Buffer.concat([Buffer.from('fLaC'), ...Array(5000).fill(Buffer.from([1, 0, 0, 4, 0, 0, 0, 0]))]),
    ends: 'either',
  },
  {
    what: 'a list that plays other files',
    name: 'a.m3u8',
    type: 'audio/mpegurl',
    body: () => '#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\nhttp://127.0.0.1/inside\n',
    ends: 'either',
  },
  {
    what: 'a film without sound',
    name: 'a.mp4',
    body: () => sound('silent-film.mp4'),
    ends: /there is no sound in it/,
  },
]
