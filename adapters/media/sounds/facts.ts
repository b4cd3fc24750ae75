import { stat } from 'node:fs/promises'
import { MediaError } from '../../../src/ports/failure.ts'
import type { SoundFacts } from '../../../src/ports/media-tools.ts'
import { foreignFacts, foreignOf } from './foreign.ts'
import { countingMs, takesTooLong } from './patience.ts'
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

async function secondsOfPackets(source: Source): Promise<number> {
  const start = performance.now()
  let seconds = 0
  for await (const packet of source.packets()) {
    seconds += packet.seconds
    if (performance.now() - start >= countingMs) throw takesTooLong(seconds)
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
