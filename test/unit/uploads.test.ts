import { describe, expect, it } from 'vitest'
import { createUploads } from '../../src/conversation/uploads.ts'
import { createRoom } from '../../src/media/room.ts'
import type { Folder, Scratch } from '../../src/ports/scratch.ts'
import { simulatedClock } from '../fakes/clock.ts'

const signal = new AbortController().signal
const from = (person: string) => ({ platform: 'rest', workspace: 'local', channel: 'transcription', person })

/** A disk of so many bytes, on which nothing is written. */
function world(bytes: number) {
  const disk = createRoom({ clock: simulatedClock(), bytes })
  let open = 0
  const folder = {
    async write(_: string, stream: ReadableStream<Uint8Array>, take: (chunk: Uint8Array) => void) {
      for await (const chunk of stream) take(chunk)
      return 0
    },
    close: async () => void open--,
  } as unknown as Folder
  const scratch: Scratch = {
    async open() {
      open++
      return folder
    },
    close: async () => undefined,
  }
  const write = (to: Folder, size: number) =>
    to.write('f', new Blob([new Uint8Array(size)]).stream(), () => undefined, signal)
  return { disk, write, uploads: createUploads({ scratch, disk }), opened: () => open }
}

describe('recordings that come with requests', () => {
  it('take their room of the disk that all share, and give it back', async () => {
    const { disk, write, uploads, opened } = world(100)
    const others = disk.enter()
    await uploads(from('ann'), async (folder) => {
      await write(folder, 60)
      expect(others.reach(41)).toBe(false)
      expect(others.reach(40)).toBe(true)
    })
    expect(others.reach(100)).toBe(true)
    expect(opened()).toBe(0)
  })

  it('are refused in words where there is none, and may come again', async () => {
    const { disk, write, uploads, opened } = world(100)
    disk.enter().reach(50)
    const refused = uploads(from('ann'), (folder) => write(folder, 60))
    await expect(refused).rejects.toMatchObject({
      kind: 'busy',
      words: expect.stringMatching(/^file: .*again in a moment\.$/),
      retryAfterMs: 10_000,
    })
    expect(opened()).toBe(0)
    await uploads(from('ann'), (folder) => write(folder, 50))
  })

  it('are heard side by side up to a bound, each caller’s and all together', async () => {
    const { uploads } = world(100)
    const { promise: end, resolve } = Promise.withResolvers<void>()
    const run = (person: string, count: number) =>
      Array.from({ length: count }, () => uploads(from(person), () => end))
    const running = [...run('ann', 16), ...run('bob', 16), ...run('cem', 15)]
    await expect(uploads(from('ann'), () => end)).rejects.toMatchObject({ kind: 'busy' })
    running.push(...run('cem', 1))
    await expect(uploads(from('dan'), () => end)).rejects.toMatchObject({ kind: 'busy' })
    resolve()
    await Promise.all(running)
    await uploads(from('ann'), () => end)
  })
})
