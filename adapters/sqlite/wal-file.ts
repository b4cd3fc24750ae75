import { existsSync, readFileSync } from 'node:fs'
import { sameBoot } from './boot-mark.ts'

/**
 * SQLite replays the write-ahead log up to its first bad frame and silently forgets the rest, committed or not. So
 * the log is read here before SQLite sees it. Two witnesses tell damage from the torn tail of a crash: the -shm file,
 * which says how many frames were committed and never runs ahead of the disk with synchronous=FULL; and valid
 * commits behind a bad frame, since each commit is synced before the next is written. The -shm file itself is never
 * synced: after a power cut, or in a snapshot, it may be a generation of the log behind. It counts only in the boot in
 * which it was written, and only about the generation it names.
 * Formats: https://sqlite.org/fileformat2.html#the_write_ahead_log and https://sqlite.org/walformat.html
 */
export function walDamage(path: string): string | null {
  for (let tries = 0; tries < 5; tries++) {
    const before = witnessOf(path)
    const log = readLog(`${path}-wal`)
    const after = witnessOf(path)
    // Another process that writes meanwhile makes the two disagree for a moment.
    if (before?.frames === after?.frames && before?.salt === after?.salt) return verdict(log, after)
  }
  return null
}

interface Witness {
  readonly frames: number
  /** Of those, already copied into the database. */
  readonly copied: number
  readonly salt: string
}

type Log =
  | { readonly kind: 'none' }
  | { readonly kind: 'bad_header' }
  | {
      readonly kind: 'frames'
      readonly salt: string
      readonly good: number
      readonly commitsBehindBad: number
    }

function verdict(log: Log, witness: Witness | null): string | null {
  const knows = witness !== null && (log.kind !== 'frames' || log.salt === witness.salt)
  return knows ? testimony(log, witness) : ownEvidence(log)
}

function testimony(log: Log, { frames, copied }: Witness): string | null {
  if (frames <= copied) return null
  if (log.kind === 'none') return 'its write-ahead log is missing or cut'
  if (log.kind === 'bad_header') return wrongHeader
  return log.good < frames ? `its write-ahead log holds ${log.good} of ${frames} committed pages` : null
}

function ownEvidence(log: Log): string | null {
  if (log.kind === 'bad_header') return wrongHeader
  // One commit behind the bad frame may be the frame's own, not yet synced when the power went.
  if (log.kind === 'frames' && log.commitsBehindBad > 1)
    return `its write-ahead log is broken after ${log.good} pages, before later commits`
  return null
}

const wrongHeader = "its write-ahead log's header is wrong"

const HEADER = 32
const FRAME_HEADER = 24

function readLog(path: string): Log {
  if (!existsSync(path)) return { kind: 'none' }
  const bytes = readFileSync(path)
  if (bytes.length < HEADER + FRAME_HEADER) return { kind: 'none' }
  const magic = bytes.readUInt32BE(0)
  const pageSize = bytes.readUInt32BE(8)
  const little = magic === 0x377f0682
  const sum = checksum(bytes, 0, 24, little, [0, 0])
  const plausible = (little || magic === 0x377f0683) && pageSize >= 512 && pageSize <= 65_536
  if (!plausible || !same(sum, storedSum(bytes, 24))) return { kind: 'bad_header' }
  return walk(bytes, pageSize, little, sum)
}

function walk(bytes: Buffer, pageSize: number, little: boolean, seed: Sum): Log {
  const salt = bytes.toString('hex', 16, 24)
  let chain = seed
  let good = 0
  let broken = false
  let commitsBehindBad = 0
  const size = FRAME_HEADER + pageSize
  for (let at = HEADER, frame = 1; at + size <= bytes.length; at += size, frame++) {
    const sum = checksum(
      bytes,
      at + FRAME_HEADER,
      at + size,
      little,
      checksum(bytes, at, at + 8, little, chain),
    )
    const stored = storedSum(bytes, at + 16)
    const valid = bytes.toString('hex', at + 8, at + 16) === salt && same(sum, stored)
    if (!valid) broken = true
    else if (!broken) good = frame
    else if (bytes.readUInt32BE(at + 4) > 0) commitsBehindBad++
    // Each frame sums on from its predecessor's stored sum: so what follows a damaged frame can still be told.
    chain = stored
  }
  return { kind: 'frames', salt, good, commitsBehindBad }
}

function witnessOf(path: string): Witness | null {
  return sameBoot(path) ? committedFrames(`${path}-shm`) : null
}

/** What the -shm file says was committed; null when it is absent, empty or not whole. */
function committedFrames(path: string): Witness | null {
  if (!existsSync(path)) return null
  const bytes = readFileSync(path)
  if (bytes.length < 136 || !bytes.subarray(0, 48).equals(bytes.subarray(48, 96))) return null
  const initialised = bytes.readUInt8(12) === 1
  const number = (at: number): number => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at))
  if (number(0) !== 3_007_000 || !initialised) return null
  if (!same(checksum(bytes, 0, 40, littleEndian, [0, 0]), [number(40), number(44)])) return null
  return { frames: number(16), copied: number(96), salt: bytes.toString('hex', 32, 40) }
}

type Sum = readonly [number, number]

const littleEndian = new Uint8Array(new Uint32Array([1]).buffer)[0] === 1

function checksum(bytes: Buffer, from: number, to: number, little: boolean, [a, b]: Sum): Sum {
  let [first, second] = [a, b]
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let at = from; at + 8 <= to; at += 8) {
    first = (first + view.getUint32(at, little) + second) >>> 0
    second = (second + view.getUint32(at + 4, little) + first) >>> 0
  }
  return [first, second]
}

function storedSum(bytes: Buffer, at: number): Sum {
  return [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
}

function same(one: Sum, other: Sum): boolean {
  return one[0] === other[0] && one[1] === other[1]
}
