import { mkdtempSync, rmSync } from 'node:fs'
import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join as inFolder } from 'node:path'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { convert, ffmpeg, join, pieces, sound, voiceMessage } from '../../adapters/media/sounds/jobs.ts'
import { openSource } from '../../adapters/media/sounds/source.ts'
import { pcmShape, wavHeader } from '../../adapters/media/sounds/wav.ts'
import { decodesHere, ffmpegHere, files } from '../fakes/ffmpeg.ts'
import { listen, samplesOf, writeWav } from '../fakes/sounds.ts'

const folder = mkdtempSync(inFolder(tmpdir(), 'parley-joins-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())
const at = (name: string): string => inFolder(folder, name)
const file = (name: string): string => inFolder(files, name)
const thrice = (name: string): string[] => [file(name), file(name), file(name)]

const formats = [
  ['opus', 'question.ogg', 'audio/ogg'],
  ['mp3', 'question.mp3', 'audio/mpeg'],
  ['aac', 'question.aac', 'audio/aac'],
  ['flac', 'question.flac', 'audio/flac'],
  ['wav', 'question.wav', 'audio/wav'],
] as const

describe.each(formats)('%s', (format, name, type) => {
  test('three parts become one sound of all their packets', async () => {
    const one = await sound(file(name))
    const facts = await join(thrice(name), format, at(`three.${format}`))
    expect(facts).toMatchObject({ type, codec: one.codec, channels: one.channels, rate: one.rate })
    expect(facts).toEqual(await sound(at(`three.${format}`)))
    // Opus alone has a beginning and an end that are dropped in a file, and heard within one: a fiftieth of a second.
    expect(Math.abs(facts.seconds - 3 * one.seconds)).toBeLessThan(0.06)
    if (format !== 'wav') expect(await count(at(`three.${format}`))).toBe(3 * (await count(file(name))))
  })

  test('one part stays as it is', async () => {
    await join([file(name)], format, at(`one.${format}`))
    expect((await readFile(at(`one.${format}`))).equals(await readFile(file(name)))).toBe(true)
  })

  test.skipIf(!ffmpegHere)('is decoded by ffmpeg without a word (skipped: no ffmpeg)', async () => {
    await join(thrice(name), format, at(`heard.${format}`))
    expect(decodesHere(at(`heard.${format}`))).toBe('')
  })
})

async function count(path: string): Promise<number> {
  const source = (await openSource(path))!
  let packets = 0
  for await (const _ of source.packets()) packets += 1
  source.close()
  return packets
}

test('three parts of Opus are heard one after the other', async () => {
  await join(thrice('question.ogg'), 'opus', at('heard.ogg'))
  const { samples } = await listen(at('heard.ogg'))
  expect(samples.length / 48_000).toBeCloseTo(8.51, 1)
  const one = (await listen(file('question.ogg'))).samples
  const loud = (of: Int16Array) => of.reduce((sum, value) => sum + value * value, 0)
  expect(loud(samples) / loud(one)).toBeCloseTo(3, 1)
})

test.skipIf(!ffmpegHere)(
  'pieces of FLAC and of AAC are decoded by ffmpeg without a word (skipped: no ffmpeg)',
  async () => {
    const names = ['question.flac', 'question.m4a', 'question-vorbis.ogg', 'question.webm']
    const wish = { most: 25_000_000, longest: 1 }
    const all = await Promise.all(names.map((name) => pieces(file(name), { stem: at(name), ...wish })))
    expect(decodesHere(...all.flat().map(({ path }) => path))).toBe('')
  },
)

test('PCM is put together byte by byte, even where it looks like something else', async () => {
  const samples = Buffer.alloc(48_000, 0xff)
  await writeFile(at('part'), samples)
  const facts = await join([at('part'), at('part')], 'pcm', at('whole.pcm'))
  expect(facts).toMatchObject({ type: 'audio/pcm', seconds: 2, rate: 24_000, channels: 1, size: 96_000 })
  expect((await readFile(at('whole.pcm'))).equals(Buffer.concat([samples, samples]))).toBe(true)
})

test('parts of a stream that doesn’t know its length get a header that does', async () => {
  const head = wavHeader(pcmShape, 0)
  head.writeUInt32LE(0xffffffff, 4)
  head.writeUInt32LE(0xffffffff, 40)
  await writeFile(at('stream.wav'), Buffer.concat([head, Buffer.alloc(48_000)]))
  const facts = await join([at('stream.wav'), at('stream.wav')], 'wav', at('streams.wav'))
  expect(facts).toMatchObject({ seconds: 2, size: 96_044 })
  const joined = await readFile(at('streams.wav'))
  expect([joined.readUInt32LE(4), joined.readUInt32LE(40)]).toEqual([96_036, 96_000])
})

describe('a model that answers in another format than it was asked for', () => {
  test('is heard in the format that was asked for, where that can be made', async () => {
    const facts = await join([file('question.wav'), file('question.wav')], 'opus', at('asked.ogg'))
    expect(facts).toMatchObject({ type: 'audio/ogg', codec: 'opus' })
    expect(facts.seconds).toBeCloseTo(5.664, 2)
  })

  test('keeps its own format where there is no ffmpeg, and that is told', async () => {
    vi.stubEnv('PATH', '')
    const facts = await join([file('question.wav'), file('question.wav')], 'mp3', at('kept.mp3'))
    expect(facts).toMatchObject({ type: 'audio/wav', codec: 'pcm' })
    expect(facts.seconds).toBeCloseTo(5.664, 2)
    expect((await readFile(at('kept.mp3'))).subarray(0, 4).toString()).toBe('RIFF')
  })

  test('is told when it answers with no sound', async () => {
    await writeFile(at('words.mp3'), '{"error":"no such voice"}')
    await expect(join([at('words.mp3')], 'mp3', at('none.mp3'))).rejects.toMatchObject({ kind: 'broken' })
    await writeFile(at('nothing.mp3'), '')
    await expect(join([at('nothing.mp3')], 'mp3', at('none.mp3'))).rejects.toMatchObject({ kind: 'empty' })
  })

  test('may mix them', async () => {
    const facts = await join([file('question.wav'), file('question.ogg')], 'opus', at('mixed.ogg'))
    expect(facts).toMatchObject({ type: 'audio/ogg', codec: 'opus', channels: 1 })
    expect(facts.seconds).toBeCloseTo(5.664, 2)
  })
})

describe('without ffmpeg', () => {
  test('WAV, PCM and Opus are made of each other', async () => {
    vi.stubEnv('PATH', '')
    await writeWav(at('a.wav'), [{ seconds: 1, level: 0.5 }], 24_000)
    const opus = await convert(at('a.wav'), 'opus', at('a.ogg'))
    expect(opus).toMatchObject({ type: 'audio/ogg', codec: 'opus' })
    expect(opus.seconds).toBeCloseTo(1, 3)
    expect(await convert(at('a.ogg'), 'pcm', at('a.pcm'))).toMatchObject({ type: 'audio/pcm', rate: 24_000 })
    const back = await convert(at('a.pcm'), 'wav', at('b.wav'))
    expect(back).toMatchObject({ type: 'audio/wav', rate: 24_000, channels: 1 })
    expect(back.seconds).toBeCloseTo(1, 2)
    expect(await sound(at('a.pcm'))).toMatchObject({ type: 'audio/pcm', rate: 24_000 })
    const loud = samplesOf([{ seconds: 1, level: 0.5 }], 24_000)
    const heard = (await readFile(at('b.wav'))).readInt16LE(44 + 2 * 12_030)
    expect(Math.abs(heard - loud[12_030]!)).toBeLessThan(4000)
  })

  test('what needs it says so', async () => {
    vi.stubEnv('PATH', '')
    expect(await ffmpeg()).toBeNull()
    const words = { name: 'MediaError', kind: 'unsupported', words: expect.stringMatching(/needs ffmpeg/) }
    await expect(sound(file('question.aiff'))).rejects.toMatchObject(words)
    // Nothing that could be sent in its place: an MP3 can be read.
    await expect(voiceMessage(file('question.mp3'), at('no.ogg'))).rejects.toMatchObject({
      ...words,
      words: 'converting this MP3 sound needs ffmpeg, which isn’t installed here',
    })
    await expect(convert(file('question.ogg'), 'mp3', at('no.mp3'))).rejects.toMatchObject(words)
    await expect(
      pieces(file('question.aiff'), { stem: at('no'), most: 1000, longest: 1 }),
    ).rejects.toMatchObject(words)
  })
})

describe.skipIf(!ffmpegHere)('with ffmpeg (skipped: no ffmpeg)', () => {
  test('it tells its version', async () => {
    expect(await ffmpeg()).toMatch(/^\S+$/)
  })

  test.each(['mp3', 'aac', 'flac'] as const)('%s is made of Opus and of PCM', async (format) => {
    const facts = await convert(file('question.ogg'), format, at(`made.${format}`))
    expect(facts.codec).toBe(format)
    expect(Math.abs(facts.seconds - 2.832)).toBeLessThan(0.08)
    await copyFile(file('question.wav'), at('bare.wav'))
    await convert(at('bare.wav'), 'pcm', at('bare.pcm'))
    const bare = await convert(at('bare.pcm'), format, at(`bare.${format}`))
    expect(Math.abs(bare.seconds - 2.832)).toBeLessThan(0.12)
  })

  test('what no provider may know is cut as Opus', async () => {
    const list = await pieces(file('question.aiff'), { stem: at('aiff'), most: 25_000_000, longest: 1 })
    expect(list.length).toBeGreaterThan(2)
    expect(list.reduce((sum, { seconds }) => sum + seconds, 0)).toBeCloseTo(2.832, 2)
    for (const { type, ending } of list) expect([type, ending]).toEqual(['audio/ogg', '.ogg'])
  })

  test('a playlist under a sound’s name opens nothing', async () => {
    await writeFile(
      at('list.mp3'),
      `#EXTM3U\n#EXT-X-TARGETDURATION:5\n#EXTINF:5,\nfile://${file('question.mp3')}\n`,
    )
    await expect(sound(at('list.mp3'))).rejects.toMatchObject({ kind: 'broken' })
    await writeFile(at('list.txt'), `ffconcat version 1.0\nfile '${file('question.mp3')}'\n`)
    await expect(voiceMessage(at('list.txt'), at('list.ogg'))).rejects.toMatchObject({ kind: 'broken' })
  })
})
