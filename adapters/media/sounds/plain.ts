import { stat } from 'node:fs/promises'
import { headOf } from './ends.ts'
import { pcmShape, readWav, type Samples } from './wav.ts'

/** The ending of a file of bare samples: bytes alone don't tell it. Endings are ours, never those that people gave. */
export const PCM_ENDING = '.pcm'

/** Where the samples of a WAV file or of bare PCM lie; null = it is neither, or a codec in a WAV file. */
export async function plainSamples(path: string): Promise<Samples | null> {
  const head = (await headOf(path, 12)).toString('latin1')
  if (/^RIFF[\s\S]{4}WAVE/.test(head)) {
    const samples = await readWav(path)
    return samples.kind === 'other' ? null : samples
  }
  return path.endsWith(PCM_ENDING) ? bareSamples(path) : null
}

export async function bareSamples(path: string): Promise<Samples> {
  const { size } = await stat(path)
  return { ...pcmShape, start: 0, length: size - (size % pcmShape.block) }
}
