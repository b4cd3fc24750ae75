import { open } from 'node:fs/promises'
import type { Samples } from './wav.ts'

/** Whether `monoOf` knows how to read these. */
export const canRead = ({ kind, bits }: Samples): boolean =>
  (kind === 'integer' && [8, 16, 24, 32].includes(bits)) || (kind === 'float' && [32, 64].includes(bits))

/** Bytes that are read at once. */
const AT_ONCE = 256 * 1024

/** The bytes of `samples` from `start` on, `length` of them, in whole blocks. */
export async function* bytesOf(
  path: string,
  { start, length, block }: Pick<Samples, 'start' | 'length' | 'block'>,
): AsyncGenerator<Buffer> {
  const file = await open(path)
  try {
    const buffer = Buffer.alloc(block * Math.max(1, Math.floor(AT_ONCE / block)))
    for (let done = 0; done < length; ) {
      const { bytesRead } = await file.read(buffer, 0, Math.min(buffer.length, length - done), start + done)
      if (bytesRead < block) return
      const whole = bytesRead - (bytesRead % block)
      yield buffer.subarray(0, whole)
      done += whole
    }
  } finally {
    await file.close()
  }
}

/** One channel of 16 bits: the mean of all channels. */
export function monoOf(
  bytes: Buffer,
  shape: Pick<Samples, 'kind' | 'bits' | 'channels' | 'block'>,
): Int16Array<ArrayBuffer> {
  const read = reader(bytes, shape)
  const width = shape.bits / 8
  const out = new Int16Array(bytes.length / shape.block)
  for (let sample = 0; sample < out.length; sample += 1) {
    let sum = 0
    for (let channel = 0; channel < shape.channels; channel += 1)
      sum += read(sample * shape.block + channel * width)
    out[sample] = Math.max(-32_768, Math.min(32_767, Math.round(sum / shape.channels)))
  }
  return out
}

function reader(bytes: Buffer, { kind, bits }: Pick<Samples, 'kind' | 'bits'>): (offset: number) => number {
  if (kind === 'float') {
    const scaled = (value: number) => (Number.isFinite(value) ? value * 32_767 : 0)
    return bits === 32
      ? (offset) => scaled(bytes.readFloatLE(offset))
      : (offset) => scaled(bytes.readDoubleLE(offset))
  }
  if (bits === 8) return (offset) => (bytes[offset]! - 128) * 256
  if (bits === 16) return (offset) => bytes.readInt16LE(offset)
  if (bits === 24) return (offset) => bytes.readIntLE(offset, 3) / 256
  return (offset) => bytes.readInt32LE(offset) / 65_536
}

/** Takes blocks of samples at one rate and gives them at another: straight lines between samples; downwards, means. */
export function resampler(from: number, to: number): (block: Int16Array) => Int16Array<ArrayBuffer> {
  if (from === to) return (block) => new Int16Array(block)
  const step = from / to
  /** Where the next result lies, in samples of the block that comes next; the one before it is at -1. */
  let at = 0
  let last = 0
  return (block) => {
    const out: number[] = []
    const value = (index: number) => (index < 0 ? last : block[index]!)
    for (; at + Math.max(1, step) <= block.length; at += step) {
      const index = Math.floor(at)
      if (step > 1) {
        let sum = 0
        for (let near = 0; near < step; near += 1) sum += value(Math.min(block.length - 1, index + near))
        out.push(sum / Math.ceil(step))
      } else {
        const share = at - index
        out.push(value(index) * (1 - share) + value(Math.min(block.length - 1, index + 1)) * share)
      }
    }
    at -= block.length
    last = block.at(-1) ?? last
    return Int16Array.from(out, Math.round)
  }
}
