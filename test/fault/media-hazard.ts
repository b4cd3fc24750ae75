import { constants, deflateRawSync } from 'node:zlib'
import type { Sample } from './media-world.ts'

/** A file that does harm where it can, and what has to become of it. */
export interface Hazard extends Omit<Sample, 'body'> {
  /** What is wrong with it. */
  readonly what: string
  /** Made when it is needed. */
  readonly body: () => Sample['body'] | Promise<Sample['body']>
  /** A pattern is found in the words about a file that is left out; `either`: read, or left out in any words. */
  readonly ends: 'read' | 'either' | RegExp
  /** Looked at only where PARLEY_FAULT=full. */
  readonly rare?: true
}

export const isFull = process.env.PARLEY_FAULT === 'full'

/** What unpacks to `piece`, so many times over: made without unpacking it ever. Its sum at the end is wrong. */
export function bomb(piece: Uint8Array, times: number): Buffer {
  const one = deflateRawSync(piece, { finishFlush: constants.Z_FULL_FLUSH })
  return Buffer.concat([
    Buffer.from([0x78, 0x9c]),
    ...Array(times).fill(one),
    Buffer.from([3, 0, 0, 0, 0, 1]),
  ])
}

/** `bytes` with nothing but zeros behind them. */
export const padded = (bytes: Uint8Array, size: number): Buffer =>
  Buffer.concat([bytes, Buffer.alloc(size - bytes.length)])

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value % 2 ** 32)
  return bytes
}

export const u32le = (value: number): Buffer => Buffer.from(u32(value)).reverse()

export const u16le = (value: number): Buffer => Buffer.from([value & 255, value >> 8])
