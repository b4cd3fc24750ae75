import { stat } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import type { SoundFacts } from '../../../src/ports/media-tools.ts'
import { foreignFacts, foreignOf } from './foreign.ts'
import { bareSamples, plainSamples } from './plain.ts'
import { openSource, type Source } from './source.ts'
import { type Samples, secondsOf } from './wav.ts'

/** What a sound is. Its length is counted in samples and packets that are there; what a header claims doesn't count. */
export async function factsOf(path: string): Promise<SoundFacts> {
  const { size } = await stat(path)
  if (size === 0) throw new MediaError('empty', 'the file is empty')
  const plain = await plainSamples(path)
  if (plain !== null) return factsOfSamples(plain, size, path.endsWith('.pcm') ? 'audio/pcm' : 'audio/wav')
  const source = await openSource(path)
  if (source === null) return foreignFacts(path, await foreignOf(path))
  try {
    return { ...source.facts, seconds: await secondsOfPackets(source) }
  } finally {
    source.close()
  }
}

/** Milliseconds of counting; before the job's own limit ends it, which knows nothing of lengths. */
const patience = 8_000

async function secondsOfPackets(source: Source): Promise<number> {
  const start = performance.now()
  let seconds = 0
  for await (const packet of source.packets()) {
    seconds += packet.seconds
    if (performance.now() - start < patience) continue
    const minutes = Math.floor(seconds / 60)
    throw new MediaError(
      'too_slow',
      minutes > 0
        ? `it is longer than ${minutes} ${minutes === 1 ? 'minute' : 'minutes'}, and takes too long to read; send a shorter part of it`
        : 'it takes too long to read: it may be damaged, or made to do harm',
    )
  }
  return seconds
}

/** Of bare PCM, whatever its file is called. */
export async function factsOfPcm(path: string): Promise<SoundFacts> {
  const samples = await bareSamples(path)
  return factsOfSamples(samples, samples.length, 'audio/pcm')
}

function factsOfSamples(samples: Samples, size: number, type: string): SoundFacts {
  if (samples.length === 0) throw new MediaError('empty', 'there is no sound in it')
  const { kind, channels, rate } = samples
  const codec = kind === 'integer' || kind === 'float' ? 'pcm' : kind
  return { type, codec, seconds: secondsOf(samples), channels, rate, size, hasPictures: false }
}
