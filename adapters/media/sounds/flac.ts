/** Frames of FLAC (RFC 9639, 9): what it takes to put them into another stream. */

export interface FlacFrame {
  /** Samples of one channel. */
  readonly samples: number
  /** Bytes of its header up to the number, of the number, and of what follows it but the checksum. */
  readonly number: number
  readonly numberEnd: number
  readonly headerEnd: number
}

/** null = it is none. */
export function readFrame(frame: Uint8Array): FlacFrame | null {
  if (frame.length < 8 || frame[0] !== 0xff || (frame[1]! & 0xfe) !== 0xf8) return null
  const sizeCode = frame[2]! >> 4
  const rateCode = frame[2]! & 15
  const numberEnd = 4 + lengthOfNumber(frame[4]!)
  const sizeBytes = sizeCode === 6 ? 1 : sizeCode === 7 ? 2 : 0
  const rateBytes = rateCode === 12 ? 1 : rateCode === 13 || rateCode === 14 ? 2 : 0
  const headerEnd = numberEnd + sizeBytes + rateBytes
  if (sizeCode === 0 || headerEnd + 3 > frame.length) return null
  return { samples: samplesOf(sizeCode, frame, numberEnd), number: 4, numberEnd, headerEnd }
}

function samplesOf(code: number, frame: Uint8Array, at: number): number {
  if (code === 1) return 192
  if (code < 6) return 576 << (code - 2)
  if (code === 6) return frame[at]! + 1
  if (code === 7) return (frame[at]! << 8) + frame[at + 1]! + 1
  return 256 << (code - 8)
}

/** The number is coded as UTF-8 codes characters, up to seven bytes. */
function lengthOfNumber(first: number): number {
  if (first < 0x80) return 1
  return Math.max(1, Math.clz32(~(first << 24)))
}

/** The same frame, beginning at this sample of its stream: frames of any length may follow each other then. */
export function renumbered(
  frame: Uint8Array,
  { number, numberEnd, headerEnd }: FlacFrame,
  sample: number,
): Uint8Array {
  const coded = codeNumber(sample)
  const head = [...frame.subarray(0, number), ...coded, ...frame.subarray(numberEnd, headerEnd)]
  head[1] = head[1]! | 1
  const out = new Uint8Array(head.length + frame.length - headerEnd)
  out.set(head)
  out[head.length] = crc(head, 8, 0x07)
  out.set(frame.subarray(headerEnd + 1, -2), head.length + 1)
  const sum = crc(out.subarray(0, -2), 16, 0x8005)
  out[out.length - 2] = sum >> 8
  out[out.length - 1] = sum & 255
  return out
}

/** Whether both of its checksums are right: it is a frame, and all of it. */
export function isWhole(frame: Uint8Array): boolean {
  const read = readFrame(frame)
  if (read === null || frame[read.headerEnd] !== crc(frame.subarray(0, read.headerEnd), 8, 0x07)) return false
  return crc(frame.subarray(0, -2), 16, 0x8005) === (frame.at(-2)! << 8) + frame.at(-1)!
}

/** The shortest frame, and the longest that mediabunny doesn't see at the end of a file. Bytes. */
const TAIL = [8, 15] as const

/** A last frame that was overlooked: a rest of silence takes a few bytes only. */
export function frameAtEnd(end: Buffer): Buffer | null {
  for (let length = TAIL[1]; length >= TAIL[0]; length -= 1)
    if (end.length >= length && isWhole(end.subarray(-length))) return end.subarray(-length)
  return null
}

function codeNumber(value: number): number[] {
  if (value < 0x80) return [value]
  const bytes: number[] = []
  let rest = value
  // A first byte with n ones has room for 6 - (n - 1) bits more.
  let room = 6
  while (rest >= 2 ** room) {
    bytes.unshift(0x80 | (rest % 64))
    rest = Math.floor(rest / 64)
    room -= 1
  }
  const ones = bytes.length + 1
  return [((0xff << (8 - ones)) & 0xff) | rest, ...bytes]
}

const tables = new Map<number, Uint16Array>()

function crc(bytes: Iterable<number>, bits: 8 | 16, polynomial: number): number {
  const table = tables.get(bits) ?? tableOf(bits, polynomial)
  tables.set(bits, table)
  const mask = bits === 8 ? 0xff : 0xffff
  let sum = 0
  for (const byte of bytes) sum = ((sum << 8) & mask) ^ table[((sum >> (bits - 8)) ^ byte) & 255]!
  return sum
}

function tableOf(bits: 8 | 16, polynomial: number): Uint16Array {
  const top = 1 << (bits - 1)
  const mask = bits === 8 ? 0xff : 0xffff
  return Uint16Array.from({ length: 256 }, (_, index) => {
    let value = index << (bits - 8)
    for (let bit = 0; bit < 8; bit += 1) value = (value & top) === 0 ? value << 1 : (value << 1) ^ polynomial
    return value & mask
  })
}
