import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { open, readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { sound } from '../../adapters/media/sounds/jobs.ts'
import { pcmShape, wavHeader } from '../../adapters/media/sounds/wav.ts'
import { ffmpegHere, files } from '../fakes/ffmpeg.ts'
import { writeWav } from '../fakes/sounds.ts'

const folder = mkdtempSync(join(tmpdir(), 'parley-sounds-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const at = (name: string): string => join(folder, name)

const failure = (kind: string, words: RegExp) =>
  expect.objectContaining({ name: 'MediaError', kind, words: expect.stringMatching(words) })

describe('what a sound is', () => {
  test.each([
    ['question.ogg', 'audio/ogg', 'opus', 2.832, 48_000],
    ['question-vorbis.ogg', 'audio/ogg', 'vorbis', 2.832, 22_050],
    ['question.mp3', 'audio/mpeg', 'mp3', 2.873, 44_100],
    ['question.m4a', 'audio/mp4', 'aac', 2.833, 44_100],
    ['question.aac', 'audio/aac', 'aac', 2.901, 24_000],
    ['question.wav', 'audio/wav', 'pcm', 2.832, 8000],
    ['question.flac', 'audio/flac', 'flac', 2.832, 8000],
    ['question.webm', 'audio/webm', 'opus', 2.833, 48_000],
  ])('%s is %s with %s', async (name, type, codec, seconds, rate) => {
    const facts = await sound(join(files, name))
    expect(facts).toMatchObject({ type, codec, rate, channels: 1, hasPictures: false })
    expect(Math.abs(facts.seconds - seconds)).toBeLessThan(0.05)
    expect(facts.size).toBe((await readFile(join(files, name))).length)
  })

  test('a clip with a picture is told by its sound', async () => {
    const facts = await sound(join(files, 'slack-clip.mp4'))
    expect(facts).toMatchObject({ type: 'video/mp4', codec: 'aac', hasPictures: true })
    expect(Math.abs(facts.seconds - 2.8)).toBeLessThan(0.05)
  })

  test('a film without sound is told so', async () => {
    await expect(sound(join(files, 'silent-film.mp4'))).rejects.toEqual(
      failure('unsupported', /^there is no sound in it$/),
    )
  })

  test.skipIf(!ffmpegHere)(
    'what only ffmpeg can read is read where it is there (skipped: no ffmpeg)',
    async () => {
      const facts = await sound(join(files, 'question.aiff'))
      expect(facts).toMatchObject({ type: 'audio/aiff', rate: 8000, channels: 1 })
      expect(facts.seconds).toBeCloseTo(2.832, 2)
    },
  )
})

describe('lying headers', () => {
  test('a WAV file that claims six hours has the second that is there', async () => {
    await writeWav(at('long.wav'), [{ seconds: 1, level: 0.5 }])
    await patch('long.wav', wavHeader({ ...pcmShape, rate: 8000 }, 6 * 3600 * 16_000))
    expect((await sound(at('long.wav'))).seconds).toBe(1)
  })

  test.each([0, 0xffffffff])(
    'a WAV file of a stream, whose length is %d, is as long as its samples',
    async (length) => {
      await writeWav(at('stream.wav'), [{ seconds: 1.5, level: 0.5 }])
      const head = wavHeader({ ...pcmShape, rate: 8000 }, 0)
      head.writeUInt32LE(length, 4)
      head.writeUInt32LE(length, 40)
      await patch('stream.wav', head)
      expect((await sound(at('stream.wav'))).seconds).toBe(1.5)
    },
  )

  test.skipIf(!ffmpegHere).each([
    ['AC-3', 'ac3', 'lie.mkv', Buffer.from([0x44, 0x89, 0x88])],
    ['ALAC', 'alac', 'lie.mov', Buffer.from('mvhd')],
    ['ALAC', 'alac', 'lie.m4a', Buffer.from('mvhd')],
  ])(
    '%s in a file that claims another length is as long as what it decodes to (skipped: no ffmpeg)',
    async (_, codec, name, mark) => {
      const tone = ['-f', 'lavfi', '-i', 'sine=duration=3:sample_rate=32000', '-c:a', codec]
      spawnSync('ffmpeg', ['-nostdin', '-v', 'error', '-y', ...tone, at(name)])
      const bytes = await readFile(at(name))
      if (name.endsWith('.mkv')) bytes.writeDoubleBE(1000, bytes.indexOf(mark) + 3)
      else {
        const [film, track, media] = ['mvhd', 'tkhd', 'mdhd'].map((box) => bytes.indexOf(box) + 4)
        bytes.writeUInt32BE(bytes.readUInt32BE(film! + 12), film! + 16)
        bytes.writeUInt32BE(bytes.readUInt32BE(film! + 12), track! + 20)
        bytes.writeUInt32BE(bytes.readUInt32BE(media! + 12), media! + 16)
      }
      await writeFile(at(name), bytes)
      const { seconds } = await sound(at(name))
      expect(Math.abs(seconds - 3)).toBeLessThan(0.1)
    },
  )

  test('an M4A file that claims 99 hours has what its packets can hold', async () => {
    const bytes = await readFile(join(files, 'question.m4a'))
    const table = bytes.indexOf('stts')
    // One run of packets: how many, and how long each is, in samples.
    for (let run = 0; run < bytes.readUInt32BE(table + 8); run += 1)
      bytes.writeUInt32BE(100_000_000, table + 16 + run * 8)
    await writeFile(at('lying.m4a'), bytes)
    expect((await sound(at('lying.m4a'))).seconds).toBeLessThan(6)
  })
})

describe('what can’t be read', () => {
  test('an empty file', async () => {
    await writeFile(at('empty.ogg'), '')
    await expect(sound(at('empty.ogg'))).rejects.toEqual(failure('empty', /^the file is empty$/))
  })

  test('bytes that are no sound', async () => {
    await writeFile(at('page.mp3'), '<!doctype html><html><body>Sign in</body></html>'.repeat(100))
    await expect(sound(at('page.mp3'))).rejects.toEqual(failure('broken', /no sound that can be read/))
    await writeFile(at('zeros.mp3'), Buffer.alloc(100_000))
    await expect(sound(at('zeros.mp3'))).rejects.toEqual(failure('broken', /no sound that can be read/))
  })

  test.each([
    'question.m4a',
    'question.ogg',
    'question.webm',
    'question.flac',
    'question.mp3',
    'question.wav',
  ])('%s, of which only the beginning came, is broken or as long as what came', async (name) => {
    const bytes = await readFile(join(files, name))
    for (const share of [0.001, 0.01, 0.1, 0.5, 0.9]) {
      await writeFile(at(`cut-${name}`), bytes.subarray(0, Math.ceil(bytes.length * share)))
      const facts = await sound(at(`cut-${name}`)).catch((error: unknown) => error)
      // What is too short to tell may be anything: without ffmpeg nobody can.
      const kind = expect.stringMatching(/^(broken|unsupported)$/)
      if (facts instanceof Error) expect(facts).toMatchObject({ name: 'MediaError', kind })
      else expect((facts as { seconds: number }).seconds).toBeLessThan(2.9)
    }
  })

  test('an M4A file without its end is broken', async () => {
    const bytes = await readFile(join(files, 'question.m4a'))
    await writeFile(at('half.m4a'), bytes.subarray(0, bytes.length / 2))
    await expect(sound(at('half.m4a'))).rejects.toEqual(failure('broken', /./))
    const clip = await readFile(join(files, 'slack-clip.mp4'))
    await writeFile(at('half.mp4'), clip.subarray(0, clip.length / 2))
    await expect(sound(at('half.mp4'))).rejects.toEqual(failure('broken', /./))
  })

  test('a WAV header that can’t be', async () => {
    const head = wavHeader({ ...pcmShape, block: 7 }, 1000)
    await writeFile(at('odd.wav'), Buffer.concat([head, Buffer.alloc(1000)]))
    await expect(sound(at('odd.wav'))).rejects.toEqual(failure('broken', /contradict/))
    await writeFile(at('none.wav'), wavHeader(pcmShape, 0))
    await expect(sound(at('none.wav'))).rejects.toEqual(failure('empty', /no sound/))
  })
})

async function patch(name: string, head: Buffer): Promise<void> {
  const file = await open(at(name), 'r+')
  await file.write(head, 0, head.length, 0)
  await file.close()
}
