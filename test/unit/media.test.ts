import { readdirSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { beforeAll, describe, expect, it } from 'vitest'
import { places } from '../../src/media/allowance.ts'
import { heardKey } from '../../src/media/hearing.ts'
import { mediaLimits } from '../../src/media/limits.ts'
import { createRoom } from '../../src/media/room.ts'
import { DownloadError, MediaError } from '../../src/ports/failure.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { png } from '../fakes/png.ts'
import {
  ears,
  endless,
  fileNamed,
  heardSaying,
  mediaDesk,
  noDisk,
  skippedIn,
  streamOf,
} from './media-desk.ts'

const MB = 1024 * 1024
const many = (count: number) => Array.from({ length: count }, (_, i) => fileNamed(`${i}.png`))
const inFolders = (dir: string): string[] =>
  readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)

describe('reading files', () => {
  it('keeps the order, names each file left out, and goes on with the rest', async () => {
    const files = {
      'a.png': png(1, 1),
      'b.bin': Buffer.from([1, 2, 3, 0, 5]),
      'c.txt': 'hello',
      'd.png': png(2, 2),
    }
    const reads = await mediaDesk(files)
      .enter()
      .read(
        Object.keys(files).map((name) => fileNamed(name)),
        'asked',
      )
    expect(reads.map(({ kind, file }) => `${kind} ${file.name}`)).toEqual([
      'read a.png',
      'skipped b.bin',
      'read c.txt',
      'read d.png',
    ])
    expect(skippedIn(reads)).toEqual([
      expect.stringContaining('`b.bin`: I can’t tell what kind of file it is'),
    ])
  })

  it.each([
    ['is empty', fileNamed('a.png'), new Uint8Array(), 'the file is empty'],
    ['says it is too large', fileNamed('a.mp3', { size: 500 * MB + 1 }), 'x', '500.0 MB I take'],
    [
      'says it is larger than a picture may be',
      fileNamed('a.png', { size: 20 * MB + 1 }),
      png(1, 1),
      '20.0 MB I take',
    ],
    ['has too many pixels', fileNamed('a.png'), png(50_000, 50_000, new Uint8Array(8)), '50000×50000 pixels'],
    [
      'is a web page',
      fileNamed('a.png'),
      '<!DOCTYPE html><title>Log in</title>',
      'a web page came in its place',
    ],
    ['is a program', fileNamed('a.txt'), Buffer.from('MZ\x90\x00\x03\x00\x00\x00\x04\x00'), 'I can’t'],
  ])('says why when a file %s', async (_, file, bytes, why) => {
    const reads = await mediaDesk({ [file.id]: bytes })
      .enter()
      .read([file], 'asked')
    expect(skippedIn(reads)).toEqual([expect.stringContaining(why)])
  })

  it('takes a picture of exactly the most bytes, and none of one more, whatever it says', async () => {
    const picture = (bytes: number) => Buffer.concat([png(1, 1), Buffer.alloc(bytes - png(1, 1).length)])
    const most = mediaLimits.bytes.picture
    const files = { 'a.png': picture(most), 'b.png': picture(most + 1) }
    const refs = [fileNamed('a.png', { size: 1 }), fileNamed('b.png', { size: 1 })]
    const reads = await mediaDesk(files, { tools: { picture: async () => onePixel } })
      .enter()
      .read(refs, 'asked')
    expect(reads.map(({ kind }) => kind)).toEqual(['read', 'skipped'])
    expect(skippedIn(reads)[0]).toContain('larger than the 20.0 MB I take')
  })

  it('stops fetching once there is more than it may be, and lets the connection go', async () => {
    const source = endless(png(1, 1))
    const reads = await mediaDesk(async () => source.stream)
      .enter()
      .read([fileNamed('a.png')], 'asked')
    expect(skippedIn(reads)[0]).toContain('larger than')
    expect(source.pulled()).toBeLessThan(25)
    expect(source.cancelled()).toBe(true)
  })

  it('does not fetch the rest of what it can’t read', async () => {
    const source = endless(Buffer.from('PK\x03\x04'))
    const desk = mediaDesk(async () => source.stream)
    await desk.enter().read([fileNamed('a.zip')], 'asked')
    expect(source.pulled()).toBeLessThan(4)
    expect(source.cancelled()).toBe(true)
  })

  it('keeps nothing on disk of a file that was read, or was too large, and nothing at all once it is closed', async () => {
    const desk = mediaDesk(async ({ id }) =>
      id === 'a.png' ? streamOf(png(1, 1)) : endless(png(1, 1)).stream,
    )
    const reading = desk.enter()
    await reading.read([fileNamed('a.png'), fileNamed('b.png')], 'asked')
    expect(inFolders(desk.dir)).toEqual([])
    await reading.close()
    expect(readdirSync(desk.dir, { recursive: true })).toHaveLength(1)
  })

  it('never makes a path of a name', async () => {
    const name = '../../../../tmp/C-escaped.png'
    let path = ''
    const desk = mediaDesk(
      { [name]: png(1, 1) },
      {
        tools: {
          picture: async (at) => {
            path = at
            return onePixel
          },
        },
      },
    )
    await desk.enter().read([fileNamed(name)], 'asked')
    expect(path.startsWith(desk.dir)).toBe(true)
    expect(path).not.toContain('escaped')
  })

  it('shows a name as code, whatever it holds', async () => {
    const name = '`@everyone`\n# big'
    const reads = await mediaDesk({})
      .enter()
      .read([fileNamed(name)], 'asked')
    expect(skippedIn(reads)).toEqual(["`'@everyone' # big`: the file is empty."])
  })

  it('shows a name as it is written, though it asks to be turned round', async () => {
    const reads = await mediaDesk({})
      .enter()
      .read([fileNamed('a\u202egnp.exe\ud800')], 'asked')
    expect(skippedIn(reads)).toEqual(['`a gnp.exe\ufffd`: the file is empty.'])
  })

  it('says what the platform says of a link that is over, and what the tools say of a broken file', async () => {
    const desk = mediaDesk(
      async ({ id }) => {
        if (id === 'gone.png') throw new DownloadError('it is not there any more: attach it again')
        return streamOf(png(1, 1))
      },
      {
        tools: {
          picture: async () => {
            throw new MediaError('broken', 'it can’t be read as a picture')
          },
        },
      },
    )
    const reads = await desk.enter().read([fileNamed('gone.png'), fileNamed('bad.png')], 'asked')
    expect(skippedIn(reads)).toEqual([
      '`gone.png`: it is not there any more: attach it again.',
      '`bad.png`: it can’t be read as a picture.',
    ])
  })
})

describe('files that come slowly', () => {
  // A simulated clock doesn't wait for a module that is still being loaded.
  beforeAll(() => Promise.all([import('file-type'), import('image-size')]))

  it('are given up when nothing comes, whether the platform heeds its signal or not', async () => {
    const clock = simulatedClock()
    const desk = mediaDesk(() => new Promise(() => undefined), { clock, scratch: noDisk })
    const reads = await clock.run(desk.enter().read([fileNamed('slow.png')], 'asked'))
    expect(skippedIn(reads)).toEqual(['`slow.png`: it could not be fetched within 30 seconds.'])
  })

  it('are given up when they drip', async () => {
    const clock = simulatedClock()
    const drip = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await clock.sleep(10_000)
        controller.enqueue(png(1, 1))
      },
    })
    const reads = await clock.run(
      mediaDesk(async () => drip, { clock, scratch: noDisk })
        .enter()
        .read([fileNamed('a.png')], 'asked'),
    )
    expect(skippedIn(reads)[0]).toContain('within 30 seconds')
  })

  it('are given up after 20 seconds without a byte', async () => {
    const clock = simulatedClock()
    const stalls = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(Buffer.alloc(MB, 65)),
      pull: () => new Promise(() => undefined),
    })
    const reads = await clock.run(
      mediaDesk(async () => stalls, { clock, scratch: noDisk })
        .enter()
        .read([fileNamed('a')], 'asked'),
    )
    expect(skippedIn(reads)[0]).toContain('within 20 seconds')
  })

  it('have longer, the larger they are', async () => {
    const clock = simulatedClock()
    let left = 45
    const steady = new ReadableStream<Uint8Array>({
      async pull(controller) {
        await clock.sleep(1_000)
        if (left-- > 0) controller.enqueue(Buffer.alloc(MB, 65))
        else controller.close()
      },
    })
    const hears = { tools: { document: async () => noPages }, clock, scratch: noDisk }
    const reads = clock.run(
      mediaDesk(async () => steady, hears)
        .enter()
        .read([fileNamed('a.txt')], 'asked'),
    )
    expect((await reads)[0]?.kind).toBe('read')
    expect(clock.elapsed()).toBeGreaterThan(40_000)
  })

  it('of the past are waited for five seconds only', async () => {
    const clock = simulatedClock()
    const desk = mediaDesk(() => new Promise(() => undefined), { clock, scratch: noDisk })
    await clock.run(desk.enter().read([fileNamed('old.png')], 'remembered'))
    expect(clock.elapsed()).toBe(5_000)
  })

  it('end at once when the turn does, whatever the platform does', async () => {
    const over = new AbortController()
    const desk = mediaDesk(() => new Promise(() => undefined), { signal: over.signal })
    const read = desk.enter().read(many(6), 'asked')
    over.abort('over')
    await expect(read).rejects.toBe('over')
  })

  it('are closed when they begin too late', async () => {
    const clock = simulatedClock()
    const late = Promise.withResolvers<ReadableStream<Uint8Array>>()
    await clock.run(
      mediaDesk(() => late.promise, { clock, scratch: noDisk })
        .enter()
        .read([fileNamed('late.png')], 'asked'),
    )
    const cancelled = Promise.withResolvers<void>()
    late.resolve(new ReadableStream({ cancel: () => cancelled.resolve() }))
    await cancelled.promise
  })
})

describe('the files of one turn', () => {
  it('are fetched four at a time', async () => {
    let [open, most] = [0, 0]
    const desk = mediaDesk(async () => {
      most = Math.max(most, ++open)
      await setImmediate()
      open--
      return streamOf(png(1, 1))
    })
    const reading = desk.enter()
    await Promise.all([reading.read(many(5), 'asked'), reading.read(many(5), 'asked')])
    expect(most).toBe(places)
  })

  it('are ten; the others are named together', async () => {
    const desk = mediaDesk(async () => streamOf(png(1, 1)))
    const reads = await desk.enter().read(many(14), 'asked')
    expect(reads.filter(({ kind }) => kind === 'read')).toHaveLength(10)
    expect(desk.fetched).toHaveLength(10)
    expect(skippedIn(reads)).toEqual([
      '`10.png`, `11.png`, `12.png` and 1 more: I read 10 files at a time; send the rest afterwards.',
    ])
  })

  it('wait for room that other turns hold, and say so when none comes free', async () => {
    const clock = simulatedClock()
    const rooms = { memory: createRoom({ clock, bytes: 1_000 }), disk: createRoom({ clock }) }
    const others = rooms.memory.enter()
    await others.wait(1_000, new AbortController().signal)
    const desk = mediaDesk(async () => streamOf(png(1, 1)), { clock, rooms })
    const reads = await clock.run(desk.enter().read([fileNamed('a.png', { size: 500 })], 'asked'))
    expect(skippedIn(reads)).toEqual([
      '`a.png`: too many files are being looked at just now; send it again in a moment.',
    ])
    expect(desk.fetched).toEqual([])
  })

  it('give back what was claimed, and the rest when they are closed', async () => {
    const clock = simulatedClock()
    const bytes = png(1, 1).length
    const rooms = {
      memory: createRoom({ clock, bytes: 2 * bytes }),
      disk: createRoom({ clock, bytes: 5 * MB }),
    }
    const reading = mediaDesk(async () => streamOf(png(1, 1)), { clock, rooms }).enter()
    await reading.read([fileNamed('a.png', { size: 2 * bytes })], 'asked')
    const others = { memory: rooms.memory.enter(), disk: rooms.disk.enter() }
    expect(others.disk.reach(5 * MB)).toBe(true)
    expect(others.memory.reach(bytes + 1)).toBe(false)
    expect(others.memory.reach(bytes)).toBe(true)
    await reading.close()
    expect(others.memory.reach(2 * bytes)).toBe(true)
  })
})

describe('what was read before', () => {
  it('is not fetched again within the hour, in the same workspace', async () => {
    const clock = simulatedClock()
    const desk = mediaDesk({ a: png(1, 1) }, { clock })
    await desk.enter().read([fileNamed('a')], 'asked')
    await desk.enter().read([fileNamed('a')], 'remembered')
    expect(desk.fetched).toEqual(['a'])
    await desk.enter({ workspace: 'other' }).read([fileNamed('a')], 'asked')
    expect(desk.fetched).toEqual(['a', 'a'])
    await clock.advance(3_600_000)
    await desk.enter().read([fileNamed('a')], 'asked')
    expect(desk.fetched).toHaveLength(3)
  })

  it.each([
    ['is broken', Buffer.from('\x89PNG\r\n\x1a\nand no more')],
    ['is empty', new Uint8Array()],
    ['is of no known kind', Buffer.from([1, 2, 3, 0, 5])],
    ['is larger than it may be', Buffer.concat([png(1, 1), Buffer.alloc(mediaLimits.bytes.picture)])],
  ])('is not fetched again with later questions when it %s', async (_, bytes) => {
    const desk = mediaDesk({ 'a.png': bytes })
    const asked = await desk.enter().read([fileNamed('a.png')], 'asked')
    const later = await desk.enter().read([fileNamed('a.png')], 'remembered')
    expect(skippedIn(later)).toEqual(skippedIn(asked))
    expect(desk.fetched).toEqual(['a.png'])
  })

  it('is fetched again with later questions when it failed for another reason', async () => {
    let fails = true
    const desk = mediaDesk(async () => {
      if (fails) throw new DownloadError('Discord answered 500')
      return streamOf(png(1, 1))
    })
    await desk.enter().read([fileNamed('a')], 'asked')
    fails = false
    expect((await desk.enter().read([fileNamed('a')], 'remembered'))[0]?.kind).toBe('read')
  })

  it('is heard anew for a question, when it was made do with for want of money', async () => {
    const { hearing, known, asked } = ears('What was said.')
    const key = heardKey({ platform: 'chat', workspace: 'w' }, 'a.ogg')
    known.set(key, { ...heardSaying('What the chat heard.'), borrowed: true, unpaid: true })
    const desk = mediaDesk({ 'a.ogg': Buffer.from('RIFF\x24\0\0\0WAVEfmt \x10\0\0\0') }, { hearing })
    const [past] = await desk.enter().read([fileNamed('a.ogg')], 'remembered')
    expect(past).toMatchObject({ kind: 'read', heard: { text: 'What the chat heard.' } })
    expect(asked).toEqual([])
    const [now] = await desk.enter().read([fileNamed('a.ogg')], 'asked')
    expect(now).toMatchObject({ kind: 'read', heard: { text: 'What was said.' } })
  })

  it('is not kept when it failed', async () => {
    let bytes: Uint8Array = new Uint8Array()
    const desk = mediaDesk(async () => streamOf(bytes))
    await desk.enter().read([fileNamed('a')], 'asked')
    bytes = png(1, 1)
    expect((await desk.enter().read([fileNamed('a')], 'asked'))[0]?.kind).toBe('read')
  })
})

const onePixel = { bytes: png(1, 1), type: 'image/png', width: 1, height: 1, frames: 1 }

const noPages = { pages: [], pageCount: null, cut: false, length: 0, encoding: null }
