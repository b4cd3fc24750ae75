import { setImmediate } from 'node:timers/promises'
import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { createAllowance, turnLimits } from '../../src/media/allowance.ts'
import type { Fetching } from '../../src/media/download.ts'
import { imageLimits, readImage } from '../../src/media/image.ts'
import { routeFiles } from '../../src/media/route.ts'
import type { FileRef } from '../../src/ports/event.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { png } from '../fakes/png.ts'

const file = (name: string, more: Partial<FileRef> = {}): FileRef => ({
  id: name,
  name,
  type: null,
  size: null,
  url: null,
  ...more,
})

const streamOf = (bytes: Uint8Array): ReadableStream<Uint8Array> => new Blob([new Uint8Array(bytes)]).stream()

const files = (count: number): FileRef[] => Array.from({ length: count }, (_, i) => file(`${i}.png`))

const hanging = () => new Promise<never>(() => undefined)

function fetching(download: Fetching['download'], more: Partial<Fetching> = {}) {
  const signal = new AbortController().signal
  return { download, allowance: createAllowance(), clock: systemClock(), limit: 30_000, signal, ...more }
}

describe('reading attachments', () => {
  it('tells an image by its bytes, whatever its name says', async () => {
    const read = await readImage('notes.txt', png(3, 2))
    expect(read).toMatchObject({ kind: 'image', image: { type: 'image/png', width: 3, height: 2 } })
  })

  it.each([
    ['empty.png', new Uint8Array(), 'the file is empty'],
    ['words.png', Buffer.from('these are words'), 'only images (PNG'],
    ['page.jpg', Buffer.from('%PDF-1.7\n'), 'application/pdf'],
    ['flat.png', png(0, 4), "can't be read as an image"],
    ['bomb.png', png(50_000, 50_000, deflateSync(Buffer.alloc(8))), '50000×50000'],
  ])('names the reason when %s is no image it can take', async (name, bytes, reason) => {
    const read = await readImage(name, bytes)
    expect(read.kind).toBe('skipped')
    expect(read.kind === 'skipped' && read.why).toContain(reason)
  })

  it('keeps the order, names each file left out, and goes on with the rest', async () => {
    const bytes = new Map([
      ['a.png', png(1, 1)],
      ['b.txt', Buffer.from('hello')],
      ['c.png', png(2, 2)],
    ])
    const routed = await routeFiles(
      [...bytes.keys()].map((name) => file(name)),
      fetching(async ({ id }) => streamOf(bytes.get(id) ?? new Uint8Array())),
    )
    expect(
      routed.parts.map((part) => part.kind === 'image' && 'name' in part.image && part.image.name),
    ).toEqual(['a.png', 'c.png'])
    expect(routed.skipped).toHaveLength(1)
    expect(routed.skipped[0]).toContain('`b.txt`')
  })

  it('stops reading a file that is larger than it said', async () => {
    let pulled = 0
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++
        controller.enqueue(new Uint8Array(1024 * 1024))
      },
    })
    const { skipped } = await routeFiles(
      [file('big.png', { size: 10 })],
      fetching(async () => endless),
    )
    expect(skipped[0]).toContain('larger than')
    expect(pulled).toBeLessThan(imageLimits.bytes / 1024 / 1024 + 4)
  })

  it('gives up a platform that hangs, whether it heeds its signal or not', async () => {
    const clock = simulatedClock()
    const { skipped } = await clock.run(
      routeFiles([file('slow.png')], fetching(hanging, { clock, limit: 5_000 })),
    )
    expect(skipped).toEqual(['`slow.png`: it took longer than 5 seconds to fetch.'])
    expect(clock.elapsed()).toBe(5_000)
  })

  it('ends at once when the turn does, whatever the platform does', async () => {
    const over = new AbortController()
    const read = routeFiles(files(6), fetching(hanging, { signal: over.signal }))
    over.abort('over')
    await expect(read).rejects.toBe('over')
  })

  it('closes a stream that comes too late', async () => {
    const clock = simulatedClock()
    const late = Promise.withResolvers<ReadableStream<Uint8Array>>()
    await clock.run(
      routeFiles(
        [file('late.png')],
        fetching(() => late.promise, { clock }),
      ),
    )
    const cancelled = Promise.withResolvers<void>()
    late.resolve(new ReadableStream({ cancel: () => cancelled.resolve() }))
    await cancelled.promise
  })
})

describe('the files of one turn', () => {
  it('are fetched four at a time', async () => {
    let [open, most] = [0, 0]
    const shared = fetching(async () => {
      most = Math.max(most, ++open)
      await setImmediate()
      open--
      return streamOf(png(1, 1))
    })
    const read = await Promise.all([routeFiles(files(5), shared), routeFiles(files(5), shared)])
    expect(read.flatMap(({ parts }) => parts)).toHaveLength(10)
    expect(most).toBe(turnLimits.places)
  })

  it('are ten, over all its messages; the others are named', async () => {
    const fetched: string[] = []
    const shared = fetching(async ({ id }) => {
      fetched.push(id)
      return streamOf(png(1, 1))
    })
    const read = await Promise.all([routeFiles(files(7), shared), routeFiles(files(9), shared)])
    expect(read.map(({ parts }) => parts.length)).toEqual([7, 3])
    expect(fetched).toHaveLength(10)
    expect(read[0]?.skipped).toEqual([])
    expect(read[1]?.skipped).toEqual([
      '`3.png`, `4.png`, `5.png` and 3 more: I read 10 files at a time; send the rest afterwards.',
    ])
  })

  it('have 40 MB together; one that is too much leaves room for the next', async () => {
    const sizes = new Map([
      ['a.png', 18],
      ['b.png', 18],
      ['c.png', 18],
      ['d.png', 1],
    ])
    // Each begins when the one before is read, so that it is known which one is too much.
    let before: Promise<unknown> = Promise.resolve()
    const shared = fetching(async ({ id }) => {
      const { stream, read } = watched(big(sizes.get(id) ?? 0))
      const mine = before
      before = read
      await mine
      return stream
    })
    const all = [...sizes.keys()].map((name) => file(name))
    const { parts, skipped } = await routeFiles(all, shared)
    expect(parts).toHaveLength(3)
    expect(skipped).toEqual(['`c.png`: the files of one question may have 40.0 MB together.'])
  })
})

/** A picture of so many MB. */
const big = (megabytes: number): Uint8Array =>
  Buffer.concat([png(1, 1), Buffer.alloc(megabytes * 1024 * 1024)])

/** A stream, and when it was read or given up. */
function watched(bytes: Uint8Array) {
  const { promise, resolve } = Promise.withResolvers<void>()
  let left: Uint8Array | null = bytes
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (left !== null) controller.enqueue(left)
      else {
        controller.close()
        resolve()
      }
      left = null
    },
    cancel: () => resolve(),
  })
  return { stream, read: promise }
}
