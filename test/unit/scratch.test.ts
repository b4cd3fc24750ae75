import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { createScratch } from '../../adapters/system/scratch.ts'
import { endless, scratchDirectory, streamOf } from './media-desk.ts'

const never = new AbortController().signal
const all = (): void => undefined

describe('files for a while', () => {
  it('lie where only their owner may look', async () => {
    const dir = join(scratchDirectory(), 'new')
    const folder = await createScratch(dir).open()
    const path = folder.path('.png')
    expect(await folder.write(path, streamOf('hello'), all, never)).toBe(5)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(statSync(join(path, '..')).mode & 0o777).toBe(0o700)
    expect(statSync(join(path, '../..')).mode & 0o777).toBe(0o700)
    expect(Buffer.from(await folder.head(path, 3)).toString()).toBe('hel')
    expect(await (await folder.blob(path, 'text/plain')).text()).toBe('hello')
  })

  it('are gone when their folder is closed, also the open ones', async () => {
    const dir = scratchDirectory()
    const folder = await createScratch(dir).open()
    await folder.write(folder.path(''), streamOf('a'), all, never)
    await folder.close()
    await folder.close()
    expect(readdirSync(dir, { recursive: true })).toHaveLength(1)
  })

  it('leave nothing when all of it is closed', async () => {
    const dir = scratchDirectory()
    const scratch = createScratch(dir)
    const folder = await scratch.open()
    await folder.write(folder.path(''), streamOf('a'), all, never)
    await scratch.close()
    expect(readdirSync(dir)).toEqual([])
  })

  it('of a process that crashed are gone after the next start', async () => {
    const dir = scratchDirectory()
    mkdirSync(join(dir, '123-old/turn'), { recursive: true })
    writeFileSync(join(dir, '123-old/turn/0.ogg'), 'left')
    await createScratch(dir).open()
    expect(existsSync(join(dir, '123-old'))).toBe(false)
  })

  it('can be kept after a failed start, by all who open at once', async () => {
    const blocked = join(scratchDirectory(), 'not-yet')
    writeFileSync(blocked, 'a file in the place of the folder')
    const scratch = createScratch(join(blocked, 'scratch'))
    await expect(scratch.open()).rejects.toThrow()
    rmSync(blocked)
    const folders = await Promise.all(Array.from({ length: 5 }, () => scratch.open()))
    for (const folder of folders) await folder.write(folder.path(''), streamOf('a'), all, never)
    await scratch.open()
    expect(folders.every((folder) => existsSync(folder.path('').replace(/\/[^/]*$/, '')))).toBe(true)
  })

  it('are refused while they come, and nothing of them stays', async () => {
    const folder = await createScratch(scratchDirectory()).open()
    const source = endless()
    const path = folder.path('')
    let size = 0
    const take = (chunk: Uint8Array): void => {
      size += chunk.length
      if (size > 3_000_000) throw new Error('enough')
    }
    await expect(folder.write(path, source.stream, take, never)).rejects.toThrow('enough')
    expect(source.cancelled()).toBe(true)
    expect(source.pulled()).toBeLessThan(6)
    expect(existsSync(path)).toBe(false)
  })

  it('end with the signal, though the stream hangs', async () => {
    const folder = await createScratch(scratchDirectory()).open()
    const over = new AbortController()
    const path = folder.path('')
    const written = folder.write(path, new ReadableStream(), all, over.signal)
    over.abort(new Error('stop'))
    await expect(written).rejects.toThrow('stop')
    expect(existsSync(path)).toBe(false)
  })

  it('of a stream that breaks leave nothing', async () => {
    const folder = await createScratch(scratchDirectory()).open()
    const path = folder.path('')
    let pulls = 0
    const breaks = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(new Uint8Array(10))
        else controller.error(new Error('reset'))
      },
    })
    await expect(folder.write(path, breaks, all, never)).rejects.toThrow('reset')
    expect(existsSync(path)).toBe(false)
  })
})
