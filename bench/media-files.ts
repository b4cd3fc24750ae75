import sharp from 'sharp'
import { pcmShape, wavHeader } from '../adapters/media/sounds/wav.ts'

const MB = 1024 * 1024

/** WAV, a hum. */
export function soundFile(megabytes: number): Uint8Array {
  const samples = new Int16Array(Math.floor((megabytes * MB - 44) / 2))
  for (let i = 0; i < samples.length; i++) samples[i] = Math.sin(i / 20) * 8_000
  return Buffer.concat([wavHeader(pcmShape, samples.byteLength), Buffer.from(samples.buffer)])
}

/** A JPEG as a camera makes it: 4000 × 3000, with noise that doesn't compress away. */
export async function pictureFile(): Promise<Uint8Array> {
  const noise = { type: 'gaussian', mean: 128, sigma: 40 } as const
  return sharp({ create: { width: 4_000, height: 3_000, channels: 3, background: 'grey', noise } })
    .jpeg({ quality: 80 })
    .toBuffer()
}

export function textFile(megabytes: number): Uint8Array {
  const line = 'Some words that stand in a long text, one line after the other.\n'
  return Buffer.from(line.repeat(Math.ceil((megabytes * MB) / line.length)))
}
