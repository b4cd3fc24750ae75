/** One channel of signed 16-bit samples, as OpenAI's `pcm`. */
export const SAMPLE_RATE = 24_000
const BYTES_PER_SAMPLE = 2
const HEADER = 44

/** The header of a WAV file with that many samples. */
export function waveHeader(samples: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(HEADER))
  const data = samples * BYTES_PER_SAMPLE
  ascii(view, 0, 'RIFF')
  view.setUint32(4, HEADER - 8 + data, true)
  ascii(view, 8, 'WAVEfmt ')
  view.setUint32(16, 16, true)
  // Format 1 is plain PCM; then one channel.
  view.setUint16(20, 1, true)
  view.setUint16(22, 1, true)
  view.setUint32(24, SAMPLE_RATE, true)
  view.setUint32(28, SAMPLE_RATE * BYTES_PER_SAMPLE, true)
  view.setUint16(32, BYTES_PER_SAMPLE, true)
  view.setUint16(34, BYTES_PER_SAMPLE * 8, true)
  ascii(view, 36, 'data')
  view.setUint32(40, data, true)
  return new Uint8Array(view.buffer)
}

/** How long a WAV file lasts by its header; null for anything else. */
export function waveSeconds(bytes: Uint8Array): number | null {
  if (bytes.length < HEADER) return null
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const isWave = view.getUint32(0) === 0x52494646 && view.getUint32(8) === 0x57415645
  const bytesPerSecond = view.getUint32(28, true)
  return isWave && bytesPerSecond > 0 ? (bytes.length - HEADER) / bytesPerSecond : null
}

function ascii(view: DataView, at: number, text: string): void {
  for (let index = 0; index < text.length; index++) view.setUint8(at + index, text.charCodeAt(index))
}
