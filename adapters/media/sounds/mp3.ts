import { open } from 'node:fs/promises'

/** Frames of MP3, layer III (ISO 11172-3, 2.4.1, and 13818-3). A reader of our own: an hour has 140,000 of them. */
export interface Mp3Frame {
  readonly data: Buffer
  readonly seconds: number
}

interface Header {
  /** Bytes of the frame. */
  readonly size: number
  readonly seconds: number
  /** What stays the same in a stream: version, layer and rate. */
  readonly stream: number
  /** Where Xing's table would be: after the side information. */
  readonly table: number
}

const HEADER = 4
const BLOCK = 256 * 1024
const kilobits = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 0],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160, 0],
] as const
const rates = [44_100, 48_000, 32_000]

function headerAt(bytes: Buffer, at: number): Header | null {
  if (at + HEADER > bytes.length || bytes[at] !== 0xff || (bytes[at + 1]! & 0xe6) !== 0xe2) return null
  const version = (bytes[at + 1]! >> 3) & 3
  const rate = (rates[(bytes[at + 2]! >> 2) & 3] ?? 0) / (version === 3 ? 1 : version === 2 ? 2 : 4)
  const bits = (kilobits[version === 3 ? 0 : 1][bytes[at + 2]! >> 4] ?? 0) * 1000
  if (version === 1 || rate === 0 || bits === 0) return null
  const samples = version === 3 ? 1152 : 576
  const mono = bytes[at + 3]! >> 6 === 3
  return {
    size: Math.floor(((samples / 8) * bits) / rate) + ((bytes[at + 2]! >> 1) & 1),
    seconds: samples / rate,
    stream: (version << 8) | (bytes[at + 2]! & 0x0c),
    table: HEADER + (version === 3 ? (mono ? 17 : 32) : mono ? 9 : 17),
  }
}

/** All frames with sound in them. What lies between them (tags, pictures, rubbish) is passed over. */
export async function* framesOf(path: string): AsyncGenerator<Mp3Frame> {
  const file = await open(path)
  try {
    let bytes: Buffer = Buffer.alloc(0)
    let position = await afterTags((length, from) => file.read(Buffer.alloc(length), 0, length, from))
    let stream: number | null = null
    for (;;) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(BLOCK), 0, BLOCK, position)
      position += bytesRead
      const ended = bytesRead === 0
      bytes = Buffer.concat([bytes, buffer.subarray(0, bytesRead)])
      let at = 0
      while (at + HEADER <= bytes.length) {
        const header = headerAt(bytes, at)
        if (header === null || (stream !== null && header.stream !== stream)) {
          at += 1
          continue
        }
        const end = at + header.size
        if (!ended && end + HEADER > bytes.length) break
        // Two bytes are soon alike: the first frame must be followed by another.
        if (end > bytes.length || (stream === null && !follows(bytes, end, header.stream))) {
          at += 1
          continue
        }
        const data = bytes.subarray(at, end)
        at = end
        const first = stream === null
        stream = header.stream
        if (!(first && isTable(data, header.table))) yield { data, seconds: header.seconds }
      }
      if (ended) return
      bytes = bytes.subarray(at)
    }
  } finally {
    await file.close()
  }
}

const follows = (bytes: Buffer, at: number, stream: number): boolean =>
  at === bytes.length || headerAt(bytes, at)?.stream === stream

/** A first frame that tells of the others (Xing, Info, VBRI) has no sound. */
const isTable = (data: Buffer, at: number): boolean =>
  ['Xing', 'Info'].includes(data.toString('latin1', at, at + 4)) || data.toString('latin1', 36, 40) === 'VBRI'

type Read = (length: number, from: number) => Promise<{ buffer: Buffer; bytesRead: number }>

/** Where the sound begins after ID3v2 tags, which have pictures in them. */
async function afterTags(read: Read): Promise<number> {
  let position = 0
  for (;;) {
    const { buffer, bytesRead } = await read(10, position)
    if (bytesRead < 10 || buffer.toString('latin1', 0, 3) !== 'ID3') return position
    const footer = (buffer[5]! & 0x10) === 0 ? 0 : 10
    const size = [6, 7, 8, 9].reduce((sum, index) => sum * 128 + (buffer[index]! & 127), 0)
    position += 10 + size + footer
  }
}

/**
 * Bits that the sound of a frame takes, as its side information tells (ISO 11172-3, 2.4.1.7): near 0 in silence, even
 * where all frames are of one size. null = no frame of layer III.
 */
export function soundBits(frame: Uint8Array): number | null {
  if (frame.length < 40 || frame[0] !== 0xff || (frame[1]! & 0xe6) !== 0xe2) return null
  const first = (frame[1]! & 0x18) === 0x18
  const checked = (frame[1]! & 1) === 0
  const mono = frame[3]! >> 6 === 3
  const channels = mono ? 1 : 2
  const granules = first ? 2 : 1
  const start = (checked ? 6 : 4) * 8
  let at = start + (first ? 9 + (mono ? 5 : 3) + 4 * channels : 8 + (mono ? 1 : 2))
  let bits = 0
  for (let part = 0; part < granules * channels; part += 1) {
    bits += readBits(frame, at, 12)
    at += first ? 59 : 63
  }
  return bits
}

function readBits(bytes: Uint8Array, at: number, count: number): number {
  let value = 0
  for (let bit = at; bit < at + count; bit += 1)
    value = (value << 1) | (((bytes[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1)
  return value
}
