import { rm } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import { foreignOf, foreignToWav } from './foreign.ts'
import { createOpusDecoder, OPUS_RATE, type OpusRate, preSkipOf } from './opus.ts'
import { plainSamples } from './plain.ts'
import { bytesOf, canRead, monoOf, resampler } from './samples.ts'
import { descriptionOf, openSource, type Source } from './source.ts'
import type { Samples } from './wav.ts'

/**
 * A sound as one channel of 16 bits at `rate`, block by block. What only ffmpeg can decode is written to `scratch` first,
 * and deleted after. Rejects with `unsupported` where there is none.
 */
export async function* decoded(path: string, rate: OpusRate, scratch: string): AsyncGenerator<Int16Array> {
  const plain = await plainSamples(path)
  if (plain !== null && canRead(plain)) {
    yield* decodedSamples(path, plain, rate)
    return
  }
  const source = plain === null ? await openSource(path) : null
  try {
    // More channels are several streams in one, which the decoder here doesn't take.
    if (source?.codec === 'opus' && source.config.numberOfChannels <= 2) {
      yield* decodedOpus(source, rate)
      return
    }
  } finally {
    source?.close()
  }
  try {
    await foreignToWav(path, await foreignOf(path), scratch)
    yield* decodedSamples(scratch, (await plainSamples(scratch))!, rate)
  } finally {
    await rm(scratch, { force: true })
  }
}

async function* decodedSamples(path: string, samples: Samples, rate: number): AsyncGenerator<Int16Array> {
  const resampled = resampler(samples.rate, rate)
  for await (const bytes of bytesOf(path, samples)) yield resampled(monoOf(bytes, samples))
}

export async function* decodedOpus(source: Source, rate: OpusRate): AsyncGenerator<Int16Array> {
  const decoder = createOpusDecoder(rate)
  const scale = rate / OPUS_RATE
  let skip = Math.round(preSkipOf(descriptionOf(source.config)) * scale)
  try {
    for await (const { data, seconds } of source.packets()) {
      const samples = decode(data)
      const from = Math.min(skip, samples.length)
      skip -= from
      yield samples.subarray(from, Math.min(samples.length, from + Math.round(seconds * rate)))
    }
  } finally {
    decoder.close()
  }

  function decode(data: Uint8Array): Int16Array {
    try {
      return decoder.decode(data)
    } catch (error) {
      throw new MediaError('broken', 'this sound can’t be decoded', error)
    }
  }
}
