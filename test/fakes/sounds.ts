import { writeFile } from 'node:fs/promises'
import { decodedOpus } from '../../adapters/media/sounds/decoding.ts'
import { openSource } from '../../adapters/media/sounds/source.ts'
import { encodeOpus } from '../../adapters/media/sounds/voice.ts'
import { pcmShape, wavHeader } from '../../adapters/media/sounds/wav.ts'

/** A stretch of a made sound: `level` 0 to 1, 0 = silence. */
export interface Stretch {
  readonly seconds: number
  readonly level: number
}

/** A hum of 200 Hz with overtones and some noise, that an encoder has work with. */
export function samplesOf(stretches: readonly Stretch[], rate = 48_000): Int16Array<ArrayBuffer> {
  const out: number[] = []
  let seed = 1
  for (const { seconds, level } of stretches) {
    const until = out.length + Math.round(seconds * rate)
    while (out.length < until) {
      seed = (seed * 16_807) % 2_147_483_647
      const phase = (out.length * 200 * 2 * Math.PI) / rate
      const wave = 0.6 * Math.sin(phase) + 0.2 * Math.sin(3 * phase) + 0.1 * (seed / 1_073_741_823 - 1)
      out.push(Math.round(wave * level * 30_000))
    }
  }
  return Int16Array.from(out)
}

export async function writeOpus(path: string, stretches: readonly Stretch[]): Promise<void> {
  async function* blocks() {
    yield samplesOf(stretches)
  }
  await encodeOpus(blocks(), path)
}

export async function writeWav(path: string, stretches: readonly Stretch[], rate = 8000): Promise<void> {
  const samples = samplesOf(stretches, rate)
  await writeFile(
    path,
    Buffer.concat([wavHeader({ ...pcmShape, rate }, samples.byteLength), Buffer.from(samples.buffer)]),
  )
}

/** What is heard of a file with Opus in it: decoded from the first packet to the last. */
export async function listen(
  path: string,
): Promise<{ type: string; channels: number; rate: number; samples: Int16Array }> {
  const source = await openSource(path)
  if (source === null) throw new Error('no sound')
  const blocks: Int16Array[] = []
  for await (const block of decodedOpus(source, 48_000)) blocks.push(block)
  source.close()
  const { type, channels, rate } = source.facts
  return { type, channels, rate, samples: Int16Array.from(blocks.flatMap((block) => [...block])) }
}
