import { imageSize } from 'image-size'
import { describe, expect, test } from 'vitest'
import { createRehearsal } from '../../adapters/rehearsal/rehearsal.ts'
import { waveSeconds } from '../../adapters/rehearsal/wave.ts'
import { all, never } from '../contract/model.ts'
import { simulatedClock } from '../fakes/clock.ts'

const rehearsal = createRehearsal({ clock: simulatedClock(), tokensPerSecond: 1000, firstTokenMs: 0 })
const speech = { model: 'x', voice: 'marin', text: 'a'.repeat(30) } as const

async function bytesOf(stream: ReadableStream<Uint8Array>): Promise<Buffer> {
  return Buffer.concat(await all(stream))
}

describe('the rehearsal', () => {
  test('hums a WAV file as long as the text takes', async () => {
    const wave = await bytesOf(await rehearsal.speaker.speak({ ...speech, format: 'wav' }, never()))
    expect(waveSeconds(wave)).toBe(2)
    expect(wave.readUInt32LE(4)).toBe(wave.length - 8)
    expect(wave.readUInt32LE(40)).toBe(wave.length - 44)
    expect(wave.subarray(44).some((byte) => byte !== 0)).toBe(true)
    const fast = await bytesOf(await rehearsal.speaker.speak({ ...speech, format: 'wav', speed: 2 }, never()))
    expect(waveSeconds(fast)).toBe(1)
  })

  test('hums the same without a header as pcm', async () => {
    const pcm = await bytesOf(await rehearsal.speaker.speak({ ...speech, format: 'pcm' }, never()))
    const wave = await bytesOf(await rehearsal.speaker.speak({ ...speech, format: 'wav' }, never()))
    expect(pcm).toEqual(wave.subarray(44))
  })

  test('hums in WAV whatever file is asked for', async () => {
    const mp3 = await bytesOf(await rehearsal.speaker.speak({ ...speech, format: 'mp3' }, never()))
    expect(waveSeconds(mp3)).toBe(2)
  })

  test('says that nobody listened, and what the recording is', async () => {
    const sound = new Blob([new Uint8Array(96_044)])
    const request = { model: 'x', sound, name: 'v.wav', type: 'audio/wav' }
    const { text } = await rehearsal.transcriber.transcribe(request, never())
    expect(text).toMatch(/nobody listened to v\.wav \(96,044 bytes of audio\/wav\).*OPENAI_API_KEY/)
  })

  test('paints a PNG of the size asked for, its colours by the prompt', async () => {
    const paint = (prompt: string, size?: string) =>
      all(rehearsal.painter.paint({ model: 'x', prompt, ...(size !== undefined && { size }) }, never()))
    const [, cat] = await paint('cat', '100x50')
    const [, dog] = await paint('dog', '100x50')
    expect(imageSize(cat!.bytes)).toMatchObject({ width: 100, height: 50, type: 'png' })
    expect(cat!.bytes).not.toEqual(dog!.bytes)
    expect(imageSize((await paint('cat', '9999x10'))[1]!.bytes)).toMatchObject({ width: 1024, height: 10 })
    await expect(paint('cat', 'huge')).rejects.toMatchObject({ kind: 'bad_request' })
  })

  test('places texts that share words near each other', async () => {
    const { vectors } = await rehearsal.embedder.embed(
      ['red boat sea', 'blue boat sea', 'tax law'],
      'x',
      never(),
    )
    const near = (a = 0, b = 0): number =>
      vectors[a]!.reduce((sum, value, index) => sum + value * (vectors[b]![index] ?? 0), 0)
    expect(near(0, 0)).toBeCloseTo(1)
    expect(near(0, 1)).toBeGreaterThan(near(0, 2))
  })
})
