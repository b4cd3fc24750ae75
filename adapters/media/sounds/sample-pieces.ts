import { open } from 'node:fs/promises'
import type { SoundPiece } from '../../../src/ports/media-tools.ts'
import type { CutWish } from '../job.ts'
import { cutsOf, power } from './cutting.ts'
import { bytesOf, canRead, monoOf } from './samples.ts'
import { type Samples, WAV_HEADER, wavHeader } from './wav.ts'

/** Samples are cut between stretches of so many seconds. */
const STRETCH_SECONDS = 0.05

/** Cuts samples into WAV files, at quiet places. */
export async function piecesOfSamples(
  path: string,
  samples: Samples,
  { most, longest, stem }: CutWish,
): Promise<SoundPiece[]> {
  const stretch = Math.max(1, Math.round(samples.rate * STRETCH_SECONDS)) * samples.block
  const readable = canRead(samples)
  const level = (data: Uint8Array) =>
    power(monoOf(Buffer.from(data.buffer, data.byteOffset, data.byteLength), samples))
  const cuts = await cutsOf(
    stretches(path, samples, stretch),
    { of: readable ? level : () => 0, close: () => undefined },
    { most: most - WAV_HEADER, perPacket: 0, longest },
  )
  const bounds = [0, ...cuts.at.map((index) => index * stretch), samples.length]
  const pieces: SoundPiece[] = []
  for (const [index, start] of bounds.slice(0, -1).entries()) {
    const length = bounds[index + 1]! - start
    const piece = `${stem}-${index + 1}.wav`
    await writeWav(
      piece,
      samples,
      length,
      bytesOf(path, { ...samples, start: samples.start + start, length }),
    )
    pieces.push({
      path: piece,
      type: 'audio/wav',
      ending: '.wav',
      from: start / samples.block / samples.rate,
      seconds: length / samples.block / samples.rate,
      size: length + WAV_HEADER,
    })
  }
  return pieces
}

async function* stretches(path: string, samples: Samples, stretch: number) {
  let rest: Buffer = Buffer.alloc(0)
  const seconds = (data: Buffer) => data.length / samples.block / samples.rate
  for await (const bytes of bytesOf(path, samples)) {
    const whole: Buffer = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    let at = 0
    for (; at + stretch <= whole.length; at += stretch) {
      const data = whole.subarray(at, at + stretch)
      yield { data, seconds: seconds(data) }
    }
    // A copy: the reader fills its buffer anew.
    rest = Buffer.from(whole.subarray(at))
  }
  if (rest.length > 0) yield { data: rest, seconds: seconds(rest) }
}

/** A WAV file of these bytes, whose number is known ahead. */
export async function writeWav(
  path: string,
  shape: Omit<Samples, 'start' | 'length'>,
  length: number,
  bytes: AsyncIterable<Uint8Array>,
): Promise<void> {
  const file = await open(path, 'w')
  try {
    await file.writeFile(wavHeader(shape, length))
    for await (const part of bytes) await file.writeFile(part)
  } finally {
    await file.close()
  }
}
