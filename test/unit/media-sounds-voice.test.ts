import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as inFolder } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { voiceMessage } from '../../adapters/media/sounds/jobs.ts'
import { openSource } from '../../adapters/media/sounds/source.ts'
import { ffmpegHere, files } from '../fakes/ffmpeg.ts'
import { listen, samplesOf, writeOpus, writeWav } from '../fakes/sounds.ts'

const folder = mkdtempSync(inFolder(tmpdir(), 'parley-voice-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => inFolder(folder, name)

const loudQuietLoud = [
  { seconds: 2, level: 0.9 },
  { seconds: 2, level: 0.1 },
  { seconds: 2, level: 0.9 },
]

test.each([8000, 22_050, 24_000, 44_100, 48_000])(
  'samples at %d Hz become a voice message that follows their loudness',
  async (rate) => {
    await writeWav(at('in.wav'), loudQuietLoud, rate)
    const facts = await voiceMessage(at('in.wav'), at('out.ogg'))
    expect(facts.seconds).toBeCloseTo(6, 2)
    expect(facts.size).toBe((await readFile(at('out.ogg'))).length)
    expect(facts.waveform).toHaveLength(256)
    // By the tenth of a second.
    const point = (tenth: number) => Math.floor((tenth * 256) / 60)
    const level = (from: number, to: number) => Math.max(...facts.waveform.slice(point(from), point(to)))
    expect(level(0, 19)).toBeGreaterThan(240)
    expect(level(22, 38)).toBeLessThan(60)
    expect(level(22, 38)).toBeGreaterThan(5)
    expect(level(41, 60)).toBeGreaterThan(240)

    const heard = await listen(at('out.ogg'))
    expect(heard).toMatchObject({ channels: 1, rate: 48_000 })
    expect(heard.samples.length / 48_000).toBeCloseTo(6, 2)
    // What comes out is what went in, and at its time.
    const wave = samplesOf(loudQuietLoud)
    for (const second of [0.5, 1.5, 2.5, 3.5, 4.5, 5.5])
      expect(alike(wave, heard.samples, second)).toBeGreaterThan(0.9)
  },
)

test('a long message has 256 points', async () => {
  await writeWav(at('long.wav'), [{ seconds: 40, level: 0.5 }])
  const facts = await voiceMessage(at('long.wav'), at('long.ogg'))
  expect(facts.waveform).toHaveLength(256)
  expect(Math.min(...facts.waveform)).toBeGreaterThan(200)
})

test('a short message has 256 points, and one of a moment what there is', async () => {
  await writeWav(at('short.wav'), [{ seconds: 1.5, level: 0.5 }])
  expect((await voiceMessage(at('short.wav'), at('short.ogg'))).waveform).toHaveLength(256)
  await writeWav(at('moment.wav'), [{ seconds: 0.2, level: 0.5 }])
  expect((await voiceMessage(at('moment.wav'), at('moment.ogg'))).waveform).toHaveLength(40)
})

test('silence has an even waveform', async () => {
  await writeWav(at('silence.wav'), [{ seconds: 1, level: 0 }])
  const facts = await voiceMessage(at('silence.wav'), at('silence.ogg'))
  expect([...facts.waveform]).toEqual(Array(200).fill(0))
})

test('OGG/Opus in one channel is taken as it is', async () => {
  await writeOpus(at('in.ogg'), loudQuietLoud)
  const facts = await voiceMessage(at('in.ogg'), at('same.ogg'))
  expect((await readFile(at('same.ogg'))).equals(await readFile(at('in.ogg')))).toBe(true)
  expect(facts.seconds).toBeCloseTo(6, 6)
  expect(facts.waveform[42]).toBeGreaterThan(200)
  expect(facts.waveform[128]).toBeLessThan(60)
})

test('Opus out of a browser’s recording keeps its packets', async () => {
  const from = inFolder(files, 'question.webm')
  const facts = await voiceMessage(from, at('browser.ogg'))
  expect(facts.seconds).toBeCloseTo(2.833, 2)
  const heard = await listen(at('browser.ogg'))
  expect(heard).toMatchObject({ type: 'audio/ogg', channels: 1 })
  expect(heard.samples.length / 48_000).toBeCloseTo(2.833, 2)
})

test('packets that are no Opus are told', async () => {
  const bytes = await readFile(inFolder(files, 'question.ogg'))
  // 20 ms of three frames whose lengths can't be.
  const source = (await openSource(inFolder(files, 'question.ogg')))!
  for await (const { data } of source.packets()) {
    const found = bytes.indexOf(data)
    if (found > 0) bytes.fill(0xff, found, found + data.length)
  }
  source.close()
  await writeFile(at('noise.ogg'), bytes)
  await expect(voiceMessage(at('noise.ogg'), at('noise-out.ogg'))).rejects.toMatchObject({ kind: 'broken' })
})

describe('what only ffmpeg can decode', () => {
  test.skipIf(!ffmpegHere)('becomes a voice message where it is there (skipped: no ffmpeg)', async () => {
    const facts = await voiceMessage(inFolder(files, 'question.mp3'), at('mp3.ogg'))
    expect(facts.seconds).toBeCloseTo(2.83, 1)
    expect((await listen(at('mp3.ogg'))).samples.length / 48_000).toBeCloseTo(2.83, 1)
  })
})

/** How much two sounds are alike in the tenth of a second from `second` on: 1 = the same. */
function alike(one: Int16Array, other: Int16Array, second: number): number {
  const range = [second * 48_000, second * 48_000 + 4800] as const
  const a = one.subarray(...range)
  const b = other.subarray(...range)
  const dot = (x: Int16Array, y: Int16Array) => x.reduce((sum, value, index) => sum + value * y[index]!, 0)
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b))
}
