import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { convert, pieces, sound } from '../../adapters/media/sounds/jobs.ts'
import { openSource } from '../../adapters/media/sounds/source.ts'
import { pcmShape, wavHeader } from '../../adapters/media/sounds/wav.ts'
import type { SoundPiece } from '../../src/ports/media-tools.ts'
import { decodesHere, ffmpegHere, files } from '../fakes/ffmpeg.ts'
import { type Stretch, writeOpus, writeWav } from '../fakes/sounds.ts'

const jobs = new URL('../../adapters/media/sounds/jobs.ts', import.meta.url).href
const folder = mkdtempSync(join(tmpdir(), 'parley-cuts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())
const at = (name: string): string => join(folder, name)

/** Half a second of silence after each three seconds. */
const speech: Stretch[] = Array.from({ length: 12 }, () => [
  { seconds: 3, level: 0.7 },
  { seconds: 0.5, level: 0 },
]).flat()
const inSilence = (seconds: number): boolean => seconds % 3.5 >= 3 || seconds % 3.5 < 0.02

beforeAll(async () => {
  await writeOpus(at('speech.ogg'), speech)
  await writeWav(at('speech.wav'), speech)
})

const sum = (list: readonly SoundPiece[]): number => list.reduce((all, { seconds }) => all + seconds, 0)

/** Each packet's bytes; FLAC frames are numbered anew and differ. */
async function packetsOf(path: string): Promise<string[]> {
  const source = (await openSource(path))!
  const all: string[] = []
  for await (const { data } of source.packets()) all.push(createHash('sha1').update(data).digest('hex'))
  source.close()
  return all
}

test('what fits stays as it is', async () => {
  const path = join(files, 'question.ogg')
  const [piece, ...rest] = await pieces(path, { stem: at('whole'), most: 25_000_000, longest: 1400 })
  expect(rest).toEqual([])
  expect(piece).toMatchObject({ path, type: 'audio/ogg', ending: '.ogg', from: 0, size: 8486 })
})

test('of a film, only the sound is left', async () => {
  const path = join(files, 'slack-clip.mp4')
  const [piece, ...rest] = await pieces(path, { stem: at('film'), most: 25_000_000, longest: 1400 })
  expect(rest).toEqual([])
  expect(piece).toMatchObject({ type: 'audio/mp4', ending: '.m4a', from: 0 })
  expect(await sound(piece!.path)).toMatchObject({ type: 'audio/mp4', codec: 'aac', hasPictures: false })
  expect(await packetsOf(piece!.path)).toEqual(await packetsOf(path))
})

test('AAC without a container gets one, without ffmpeg', async () => {
  vi.stubEnv('PATH', '')
  const path = join(files, 'question.aac')
  const list = await pieces(path, { stem: at('bare'), most: 25_000_000, longest: 1400 })
  expect(list).toMatchObject([{ type: 'audio/mp4', ending: '.m4a', from: 0 }])
  const facts = await sound(list[0]!.path)
  expect(facts).toMatchObject({ type: 'audio/mp4', codec: 'aac', rate: 24_000, channels: 1 })
  expect(facts.seconds).toBeCloseTo((await sound(path)).seconds, 1)
  vi.unstubAllEnvs()
  if (ffmpegHere) expect(decodesHere(list[0]!.path)).toBe('')
})

describe.each(['speech.ogg', 'speech.wav'])('%s', (name) => {
  test('is cut in its silences, without gaps', async () => {
    const whole = await sound(at(name))
    const list = await pieces(at(name), { stem: at(`long-${name}`), most: 25_000_000, longest: 15 })
    expect(list.length).toBeGreaterThan(2)
    expect(sum(list)).toBeCloseTo(whole.seconds, 6)
    expect(sum(list)).toBeCloseTo(42, 2)
    for (const [index, piece] of list.entries()) {
      expect(piece.seconds).toBeLessThanOrEqual(15)
      expect(piece.from).toBeCloseTo(sum(list.slice(0, index)), 6)
      if (index > 0) expect(piece.from).toSatisfy(inSilence)
      const facts = await sound(piece.path)
      expect(facts.seconds).toBeCloseTo(piece.seconds, 6)
      expect(facts.size).toBe(piece.size)
    }
  })

  test('is cut by size', async () => {
    const whole = await sound(at(name))
    const most = Math.round(whole.size / 2.5) + 16_384
    const list = await pieces(at(name), { stem: at(`large-${name}`), most, longest: 1400 })
    expect(list.length).toBeGreaterThan(2)
    for (const { size, from } of list) {
      expect(size).toBeLessThanOrEqual(most)
      if (from > 0) expect(from).toSatisfy(inSilence)
    }
    expect(sum(list)).toBeCloseTo(whole.seconds, 6)
  })
})

test.each(['question.ogg', 'question-vorbis.ogg', 'question.mp3', 'question.m4a', 'question.webm'])(
  'the pieces of %s are its packets',
  async (name) => {
    const path = join(files, name)
    const list = await pieces(path, { stem: at(name), most: 25_000_000, longest: 0.9 })
    expect(list.length).toBeGreaterThan(3)
    const again: string[] = []
    for (const piece of list) again.push(...(await packetsOf(piece.path)))
    expect(again).toEqual(await packetsOf(path))
    expect(sum(list)).toBeCloseTo((await sound(path)).seconds, 6)
  },
)

test('the pieces of a FLAC file are files of their own', async () => {
  const path = join(files, 'question.flac')
  const list = await pieces(path, { stem: at('flac'), most: 25_000_000, longest: 1 })
  expect(list.length).toBeGreaterThan(2)
  for (const piece of list) expect((await sound(piece.path)).seconds).toBeCloseTo(piece.seconds, 6)
  expect(sum(list)).toBeCloseTo(2.832, 3)
})

test('a piece cut from a WAV file has its bytes', async () => {
  const list = await pieces(at('speech.wav'), { stem: at('bytes'), most: 25_000_000, longest: 15 })
  const bytes = await Promise.all(list.map(async ({ path }) => (await readFile(path)).subarray(44)))
  expect(Buffer.concat(bytes).equals((await readFile(at('speech.wav'))).subarray(44))).toBe(true)
})

test('ten minutes of Opus are cut in less than two seconds', async () => {
  const source = (await openSource(at('speech.ogg')))!
  const { writePackets, containers } = await import('../../adapters/media/sounds/writer.ts')
  const writer = await writePackets(at('ten.ogg'), containers.opus, 'opus', source.config)
  for (let round = 0; round < 15; round += 1)
    for await (const { data } of source.packets()) await writer.add(data, 0.02)
  await writer.finish()
  source.close()
  // Of the processor: other tests run beside this one.
  const start = process.cpuUsage()
  const list = await pieces(at('ten.ogg'), { stem: at('ten'), most: 1_000_000, longest: 1400 })
  const { user, system } = process.cpuUsage(start)
  expect((user + system) / 1000).toBeLessThan(2000)
  expect(sum(list)).toBeGreaterThan(600)
  expect(list.length).toBeGreaterThan(1)
})

test.skipIf(!ffmpegHere).each(['mp3', 'aac', 'flac'] as const)(
  '%s is cut in its silences by what the encoder spent (skipped: no ffmpeg)',
  async (format) => {
    await convert(at('speech.wav'), format, at(`speech.${format}`))
    const whole = await sound(at(`speech.${format}`))
    const list = await pieces(at(`speech.${format}`), { stem: at(format), most: 25_000_000, longest: 15 })
    expect(list.length).toBeGreaterThan(2)
    expect(sum(list)).toBeCloseTo(whole.seconds, 6)
    // An encoder's delay shifts all by a few hundredths of a second.
    for (const { from } of list.slice(1)) expect(from - 0.05).toSatisfy(inSilence)
  },
)

test('a WAV file of 150 MB is read and cut without taking it into memory', async () => {
  await writeFile(at('large.wav'), wavHeader(pcmShape, 150_000_000))
  await truncate(at('large.wav'), 150_000_044)
  // In a process of its own, whose peak is its own too.
  const script = `
    const { sound, pieces } = await import(${JSON.stringify(jobs)})
    await sound(${JSON.stringify(at('speech.wav'))})
    const before = process.resourceUsage().maxRSS
    await sound(${JSON.stringify(at('large.wav'))})
    const list = await pieces(${JSON.stringify(at('large.wav'))}, { stem: ${JSON.stringify(at('large'))}, most: 25e6, longest: 1400 })
    console.log(JSON.stringify({ list, kilobytes: process.resourceUsage().maxRSS - before }))`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
  const { list, kilobytes } = JSON.parse(stdout) as { list: SoundPiece[]; kilobytes: number }
  expect(kilobytes).toBeLessThan(60_000)
  expect(sum(list)).toBeCloseTo(3125, 6)
  for (const { size } of list) expect(size).toBeLessThanOrEqual(25_000_000)
})
