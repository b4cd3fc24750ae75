import { type FileHandle, open } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'

/** A sound as plain samples, in a file. */
export interface Samples {
  readonly kind: 'integer' | 'float' | 'alaw' | 'ulaw' | 'other'
  readonly channels: number
  /** Hz. */
  readonly rate: number
  /** Of one sample of one channel. */
  readonly bits: number
  /** Where they begin in the file, and how many bytes there really are: whole blocks of all channels. */
  readonly start: number
  readonly length: number
  /** Bytes of one sample of all channels. */
  readonly block: number
}

/** What `speech` in pcm is, as OpenAI documents it. */
export const pcmShape = { kind: 'integer', channels: 1, rate: 24_000, bits: 16, block: 2 } as const

const broken = (words: string): MediaError => new MediaError('broken', words)

/** Reads a RIFF/WAVE header. Its lengths are only claims: a stream's writer doesn't know them (0, 0xFFFFFFFF), and others lie. */
export async function readWav(path: string): Promise<Samples> {
  const file = await open(path)
  try {
    return await readChunks(file, (await file.stat()).size)
  } finally {
    await file.close()
  }
}

/** No sound has so many chunks before its samples. */
const CHUNKS = 100

async function readChunks(file: FileHandle, size: number): Promise<Samples> {
  let shape: Omit<Samples, 'start' | 'length'> | null = null
  let position = 12
  for (let chunk = 0; chunk < CHUNKS && position + 8 <= size; chunk += 1) {
    const head = await at(file, position, 8)
    const name = head.toString('latin1', 0, 4)
    const claimed = head.readUInt32LE(4)
    position += 8
    if (name === 'fmt ') shape = shapeOf(await at(file, position, Math.min(claimed, 40)))
    if (name === 'data') {
      if (shape === null) throw broken('this WAV file doesn’t say how its samples are stored')
      const there = size - position
      const length = claimed === 0 || claimed > there ? there : claimed
      return { ...shape, start: position, length: length - (length % shape.block) }
    }
    position += claimed + (claimed & 1)
  }
  throw broken('this WAV file has no samples')
}

async function at(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position)
  return buffer.subarray(0, bytesRead)
}

const kinds = new Map<number, Samples['kind']>([
  [1, 'integer'],
  [3, 'float'],
  [6, 'alaw'],
  [7, 'ulaw'],
])
const EXTENSIBLE = 0xfffe

function shapeOf(chunk: Buffer): Omit<Samples, 'start' | 'length'> {
  if (chunk.length < 16) throw broken('the header of this WAV file is cut')
  const tag = chunk.readUInt16LE(0)
  const kind = kinds.get(tag === EXTENSIBLE && chunk.length >= 26 ? chunk.readUInt16LE(24) : tag) ?? 'other'
  const channels = chunk.readUInt16LE(2)
  const rate = chunk.readUInt32LE(4)
  const block = chunk.readUInt16LE(12)
  const bits = chunk.readUInt16LE(14)
  if (channels === 0 || channels > 64 || rate < 1000 || rate > 768_000 || block === 0)
    throw broken(
      `its header says ${channels} ${channels === 1 ? 'channel' : 'channels'} at ${rate} Hz, which can’t be`,
    )
  if (kind !== 'other' && block !== (channels * bits) / 8)
    throw broken('the numbers in its header contradict each other')
  return { kind, channels, rate, bits, block }
}

export const secondsOf = ({ length, block, rate }: Samples): number => length / block / rate

/** Bytes of a header that `wavHeader` makes. */
export const WAV_HEADER = 44

/** The header for so many bytes of samples. */
export function wavHeader(shape: Omit<Samples, 'start' | 'length'>, length: number): Buffer {
  const head = Buffer.alloc(WAV_HEADER)
  const tag = [...kinds].find(([, kind]) => kind === shape.kind)?.[0] ?? 1
  head.write('RIFF', 0, 'latin1')
  head.writeUInt32LE(Math.min(length + 36, 0xffffffff), 4)
  head.write('WAVEfmt ', 8, 'latin1')
  head.writeUInt32LE(16, 16)
  head.writeUInt16LE(tag, 20)
  head.writeUInt16LE(shape.channels, 22)
  head.writeUInt32LE(shape.rate, 24)
  head.writeUInt32LE(shape.rate * shape.block, 28)
  head.writeUInt16LE(shape.block, 32)
  head.writeUInt16LE(shape.bits, 34)
  head.write('data', 36, 'latin1')
  head.writeUInt32LE(Math.min(length, 0xffffffff), 40)
  return head
}
