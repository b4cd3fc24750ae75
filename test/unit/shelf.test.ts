import { mkdir, mkdtemp, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createShelf } from '../../adapters/system/shelf.ts'
import { silentLog } from '../../src/observe/log.ts'
import type { About } from '../../src/ports/shelf.ts'
import { type SimulatedClock, simulatedClock } from '../fakes/clock.ts'

const about: About = {
  kind: 'sound',
  name: 'speech.mp3',
  type: 'audio/mpeg',
  description: 'Hello',
  seconds: 2,
}
const hour = 3_600_000

let dir: string
let clock: SimulatedClock
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'shelf-'))
  clock = simulatedClock()
})
afterEach(() => rm(dir, { recursive: true, force: true }))

const open = (most?: number) =>
  createShelf({ dir: join(dir, 'shelf'), clock, log: silentLog(), ...(most !== undefined && { most }) })
const filled = (size: number, byte = 1) => new Uint8Array(size).fill(byte)
const binaries = async () => (await readdir(join(dir, 'shelf'))).filter((name) => name.endsWith('.bin'))

it('gives back what was put there, also after a restart', async () => {
  const put = await open().put('../a key', filled(10), about)
  expect(put).toMatchObject({ key: '../a key', size: 10, about })
  const taken = await open().take('../a key')
  expect(taken).toMatchObject({ key: '../a key', size: 10, about })
  expect(new Uint8Array(await taken!.body.arrayBuffer())).toEqual(filled(10))
  expect(taken!.body.type).toBe('audio/mpeg')
  expect(await open().take('another')).toBeNull()
})

it('takes blobs, and lets nobody else look in', async () => {
  await open().put('k', new Blob(['hello']), about)
  const shelf = join(dir, 'shelf')
  expect((await stat(shelf)).mode & 0o777).toBe(0o700)
  for (const name of await readdir(shelf)) expect((await stat(join(shelf, name))).mode & 0o777).toBe(0o600)
})

it('keeps within its bytes: what was not used for longest goes first', async () => {
  const shelf = open(25)
  for (const key of ['a', 'b']) {
    await shelf.put(key, filled(10), about)
    await clock.advance(hour)
  }
  await shelf.take('a')
  await clock.advance(2 * hour)
  await shelf.put('c', filled(10), about)
  expect(await shelf.take('b')).toBeNull()
  expect(await shelf.take('a')).not.toBeNull()
  expect(await binaries()).toHaveLength(2)
})

it('remembers across a restart what was used last', async () => {
  const before = open()
  for (const key of ['a', 'b']) {
    await before.put(key, filled(10), about)
    await clock.advance(1_000)
  }
  await before.take('a')
  const shelf = open(25)
  await shelf.put('c', filled(10), about)
  expect(await shelf.take('b')).toBeNull()
  expect(await shelf.take('a')).not.toBeNull()
})

it('keeps one that is larger than all until the next comes', async () => {
  const shelf = open(5)
  await shelf.put('large', filled(10), about)
  expect(await shelf.take('large')).not.toBeNull()
})

it('takes no more than twice its bytes of the disk, also for what may be read just now', async () => {
  const shelf = open(20)
  for (let i = 0; i < 40; i++) await shelf.put(`k${i}`, filled(5, i), about)
  expect((await binaries()).length).toBeLessThanOrEqual(8)
  for (const key of ['k36', 'k37', 'k38', 'k39']) expect(await shelf.take(key)).not.toBeNull()
})

it('lends what was just put there for minutes, and what was taken for an hour', async () => {
  const shelf = open(10)
  await shelf.put('a', filled(10, 1), about)
  await clock.advance(11 * 60_000)
  await shelf.put('b', filled(10, 2), about)
  expect(await binaries()).toHaveLength(1)
  const taken = await shelf.take('b')
  await clock.advance(50 * 60_000)
  await shelf.put('c', filled(10, 3), about)
  expect(new Uint8Array(await taken!.body.arrayBuffer())).toEqual(filled(10, 2))
})

it('writes nothing again that is there already, but keeps it for as long as it is wanted now', async () => {
  const shelf = open()
  const [first] = [await shelf.put('k', filled(10), about, hour), await clock.advance(hour / 2)]
  const files = await binaries()
  const again = await shelf.put('k', new Blob([filled(10)]), { ...about, name: 'new.mp3' }, 2 * hour)
  expect(await binaries()).toEqual(files)
  expect(again.about.name).toBe('new.mp3')
  expect(new Uint8Array(await first.body.arrayBuffer())).toEqual(filled(10))
  await clock.advance(1.5 * hour)
  expect((await open().take('k'))?.about.name).toBe('new.mp3')
  await shelf.put('k', filled(10, 2), about)
  expect(new Uint8Array(await (await shelf.take('k'))!.body.arrayBuffer())).toEqual(filled(10, 2))
})

it('writes again what is not there any more as it was', async () => {
  const shelf = open()
  await shelf.put('k', filled(10), about)
  const [binary] = await binaries()
  await rm(join(dir, 'shelf', binary!))
  await shelf.put('k', filled(10), about)
  expect(await shelf.take('k')).not.toBeNull()
})

it('forgets by itself what is over, until the program ends', async () => {
  const shelf = open()
  await shelf.put('k', filled(10), about, hour)
  const ending = new AbortController()
  const tidying = shelf.tidy(ending.signal)
  for (let i = 0; i < 8; i++) {
    await clock.advance(10 * 60_000)
    await shelf.take('another')
  }
  await expect.poll(binaries).toEqual([])
  ending.abort()
  await tidying
  expect(clock.sleepers()).toBe(0)
})

it('forgets after a day', async () => {
  const shelf = open()
  await shelf.put('k', filled(10), about)
  await clock.advance(25 * hour)
  expect(await shelf.take('k')).toBeNull()
  expect(await readdir(join(dir, 'shelf'))).toEqual([])
})

it('keeps one for as long as it was put there for, also after a restart', async () => {
  const before = open()
  await before.put('long', filled(10), about, 72 * hour)
  await before.put('short', filled(10), about)
  await clock.advance(25 * hour)
  const shelf = open()
  expect(await shelf.take('short')).toBeNull()
  expect(await shelf.take('long')).not.toBeNull()
  await clock.advance(48 * hour)
  expect(await shelf.take('long')).toBeNull()
})

it('leaves a file readable for whoever has it, when it is taken off or replaced', async () => {
  const shelf = open(15)
  const first = await shelf.put('a', filled(10, 1), about)
  const second = await shelf.put('a', filled(10, 2), about)
  await shelf.put('b', filled(10, 3), about)
  expect(await shelf.take('a')).toBeNull()
  expect(new Uint8Array(await first.body.arrayBuffer())).toEqual(filled(10, 1))
  expect(new Uint8Array(await second.body.arrayBuffer())).toEqual(filled(10, 2))
  expect(await binaries()).toHaveLength(3)
  await clock.advance(2 * hour)
  await shelf.put('c', filled(10, 3), about)
  expect(await binaries()).toHaveLength(1)
})

it('sweeps up what a crash left, and nothing that is not its own', async () => {
  const shelf = join(dir, 'shelf')
  await open().put('k', filled(10), about)
  const [binary] = await binaries()
  await writeFile(join(shelf, binary!.replace(/-.*/, `-${crypto.randomUUID()}.bin`)), 'half')
  await writeFile(join(shelf, `${'0'.repeat(64)}.json`), '{ broken')
  await writeFile(join(shelf, 'notes.json'), 'somebody’s own')
  expect(await open().take('k')).not.toBeNull()
  expect((await readdir(shelf)).toSorted()).toEqual(
    [binary, `${binary!.slice(0, 64)}.json`, 'notes.json'].toSorted(),
  )
})

it('takes a file that somebody deleted or changed for gone', async () => {
  const shelf = open()
  await shelf.put('k', filled(10), about)
  const [binary] = await binaries()
  await writeFile(join(dir, 'shelf', binary!), 'other')
  expect(await shelf.take('k')).toBeNull()
  await shelf.put('k', filled(10), about)
  await rm(join(dir, 'shelf'), { recursive: true })
  expect(await shelf.take('k')).toBeNull()
})

it('keeps every one of many that come at once', async () => {
  const shelf = open()
  const keys = Array.from({ length: 30 }, (_, index) => `k${index % 20}`)
  await Promise.all(keys.map((key) => shelf.put(key, filled(100), about)))
  for (const key of keys) expect(await shelf.take(key)).not.toBeNull()
})

/** What stands there can't be opened, as on a disk that is bad for a moment, until it is put right. */
async function brokenFor(name: string): Promise<() => Promise<void>> {
  const path = join(dir, 'shelf', name)
  await rename(path, `${path}.away`)
  await symlink(name, path)
  return () => rename(`${path}.away`, path)
}

/** A folder with something in it in the place of a file: it can't be deleted. */
async function undeletable(name: string): Promise<() => Promise<void>> {
  const path = join(dir, 'shelf', name)
  await rename(path, `${path}.away`)
  await mkdir(join(path, 'in it'), { recursive: true })
  return async () => {
    await rm(path, { recursive: true })
    await rename(`${path}.away`, path)
  }
}

const labels = async () => (await readdir(join(dir, 'shelf'))).filter((name) => name.endsWith('.json'))

it('keeps what can’t be had for a moment only', async () => {
  const shelf = open()
  await shelf.put('k', filled(10), about)
  const [binary] = await binaries()
  const mend = await brokenFor(binary!)
  expect(await shelf.take('k')).toBeNull()
  await mend()
  expect(await shelf.take('k')).not.toBeNull()
})

it('deletes nothing when a label can’t be read at the start', async () => {
  await open().put('k', filled(10), about)
  const [label] = await labels()
  const mend = await brokenFor(label!)
  expect(await open().take('k')).toBeNull()
  await mend()
  expect(await open().take('k')).not.toBeNull()
})

it('counts what it can’t take off, and fails nobody for it', async () => {
  const shelf = open(25)
  await shelf.put('a', filled(10, 1), about)
  await clock.advance(1_000)
  const [label] = await labels()
  const mend = await undeletable(label!)
  await shelf.put('b', filled(10, 2), about)
  await clock.advance(1_000)
  expect(await shelf.put('c', filled(10, 3), about)).toMatchObject({ size: 10 })
  expect(await shelf.take('b')).toBeNull()
  expect(await shelf.take('c')).not.toBeNull()
  await mend()
  expect(await shelf.take('a')).not.toBeNull()
  await clock.advance(25 * hour)
  expect(await shelf.take('a')).toBeNull()
  await clock.advance(2 * hour)
  await shelf.take('another')
  expect(await readdir(join(dir, 'shelf'))).toEqual([])
})

it('lets others take and put while a large one is compared with what is there', async () => {
  const shelf = open()
  await shelf.put('small', filled(10), about)
  await shelf.put('large', filled(10), about)
  const go = Promise.withResolvers<void>()
  const slow = new Blob([filled(10)])
  slow.stream = () =>
    new ReadableStream({
      async pull(controller) {
        await go.promise
        controller.enqueue(filled(10))
        controller.close()
      },
    })
  const putting = shelf.put('large', slow, about)
  expect(await shelf.take('small')).not.toBeNull()
  go.resolve()
  await putting
  expect(await binaries()).toHaveLength(2)
})

it('tells the log when it can’t be tidied', async () => {
  const logged: string[] = []
  const log = pino({ level: 'warn' }, { write: (line: string) => void logged.push(line) })
  await writeFile(join(dir, 'shelf'), 'a file in the place of the folder')
  const ending = new AbortController()
  const tidying = createShelf({ dir: join(dir, 'shelf'), clock, log }).tidy(ending.signal)
  await clock.advance(11 * 60_000)
  await expect.poll(() => logged.join()).toContain('could not be tidied')
  ending.abort()
  await tidying
})
