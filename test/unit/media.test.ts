import { deflateSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { imageLimits, readImage } from '../../src/media/image.ts'
import { routeFiles } from '../../src/media/route.ts'
import type { FileRef } from '../../src/ports/event.ts'
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

describe('reading attachments', () => {
  it('tells an image by its bytes, whatever its name says', async () => {
    const read = await readImage('notes.txt', png(3, 2))
    expect(read).toMatchObject({ kind: 'image', image: { type: 'image/png', width: 3, height: 2 } })
  })

  it.each([
    ['empty.png', new Uint8Array(), 'the file is empty'],
    ['words.png', Buffer.from('these are words'), 'none of the images'],
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
      async ({ id }) => streamOf(bytes.get(id) ?? new Uint8Array()),
      new AbortController().signal,
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
      async () => endless,
      new AbortController().signal,
    )
    expect(skipped[0]).toContain('larger than')
    expect(pulled).toBeLessThan(imageLimits.bytes / 1024 / 1024 + 4)
  })
})
