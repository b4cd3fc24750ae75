import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { createFiles } from '../../adapters/web/playground/files.ts'
import { simulatedClock } from '../fakes/clock.ts'
import { call, until } from './web-http.ts'
import { ada, grace, page, uuid } from './web-pages.ts'
import { memoryStore, type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
let filesDir: string
beforeEach(async () => {
  filesDir = await mkdtemp(join(tmpdir(), 'parley-web-'))
})
afterEach(async () => {
  await world.close()
  await rm(filesDir, { recursive: true, force: true })
})

const bytes = new Uint8Array([0x89, 0x50, 0x4e, 0x47])

function someFiles(over: { room?: number } = {}) {
  let made = 0
  return createFiles({
    dir: filesDir,
    store: memoryStore(),
    clock: systemClock(),
    uuid: () => uuid(`f${made++}`),
    keptMs: 1_000_000,
    messageAt: async () => null,
    ...over,
  })
}

describe('an attachment', () => {
  it('goes to one of the messages that are sent at once', async () => {
    world = await webWorld({ filesDir })
    const files = someFiles()
    const { id } = await files.save({ name: 'a', type: undefined }, Readable.from([bytes]), 'ada')
    const taken = await Promise.allSettled(
      ['m1', 'm2', 'm3'].map((message) => files.attach([id], { channel: 'general', id: message }, 'ada')),
    )
    expect(taken.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected'])
  })
})

describe('old attachments', () => {
  const hour = 3_600_000

  it('are deleted while the server runs: unsent ones after an hour, sent ones with their message', async () => {
    const clock = simulatedClock({ now: Date.now() })
    world = await webWorld({ filesDir, clock, store: memoryStore(clock) })
    const { say, upload } = page(world)
    const [sent, unsent] = [await upload('sent', 'image/png', bytes), await upload('un', 'image/png', bytes)]
    await say('m1', 'look', { files: [sent.body.id] })
    await writeFile(join(filesDir, 'broken.part'), 'x')
    const passes = async (ms: number) => {
      clock.jump(ms - hour)
      await until(() => clock.sleepers() > 0)
      await clock.advance(hour)
    }
    await passes(hour)
    await passes(hour)
    await until(async () => (await readdir(filesDir)).length === 1)
    expect(await readdir(filesDir)).toEqual([sent.body.id])
    expect((await fetch(world.url + unsent.body.url)).status).toBe(404)
    await passes(29 * 24 * hour)
    expect((await fetch(world.url + sent.body.url)).status).toBe(200)
    await passes(24 * hour)
    await until(async () => (await readdir(filesDir)).length === 0)
  })

  it('are deleted at the start too', async () => {
    const now = Date.now() / 1000
    for (const [name, hours] of Object.entries({ nobodys: 2, 'broken.part': 2, 'coming.part': 0.1 })) {
      await writeFile(join(filesDir, name), 'x')
      await utimes(join(filesDir, name), now - hours * 3600, now - hours * 3600)
    }
    world = await webWorld({ filesDir })
    await until(async () => (await readdir(filesDir)).length === 1)
    expect(await readdir(filesDir)).toEqual(['coming.part'])
  })
})

describe('what is attached and not sent', () => {
  const claims = { name: 'a', type: undefined }
  const one = () => Readable.from([new Uint8Array(1)])
  const upload = (account: string, megabytes = 0) => ({ account, bytes: megabytes * 1_048_576 })
  const refused = { status: 429, message: expect.stringContaining('at most 40, of 320 MB together') }

  it('is bounded for each account; what is sent or taken back makes room', async () => {
    world = await webWorld({ filesDir })
    const files = someFiles()
    const save = (account: string) => files.save(claims, one(), 'ada', upload(account))
    const saved = []
    for (let count = 0; count < 40; count++) saved.push(await save('key'))
    await expect(save('key')).rejects.toMatchObject(refused)
    await save('another')
    await files.attach([saved[0]?.id ?? ''], { channel: 'general', id: 'm1' }, 'ada')
    await save('key')
    await expect(save('key')).rejects.toMatchObject(refused)
    expect(await files.discard(saved[1]?.id ?? '', 'grace')).toBe(false)
    expect(await files.discard(saved[0]?.id ?? '', 'ada')).toBe(false)
    expect(await files.discard(saved[1]?.id ?? '', 'ada')).toBe(true)
    await save('key')
  })

  it('is bounded by its bytes, also while it comes', async () => {
    world = await webWorld({ filesDir })
    const files = someFiles()
    const many = Array.from({ length: 11 }, () => files.save(claims, one(), 'ada', upload('key', 32)))
    const ends = await Promise.allSettled(many)
    expect(ends.filter(({ status }) => status === 'fulfilled')).toHaveLength(10)
    await expect(files.save(claims, one(), 'ada', upload('key', 1))).rejects.toMatchObject(refused)
  })

  it('makes room after ten minutes where there is none, as the words say', async () => {
    world = await webWorld({ filesDir })
    const files = someFiles({ room: 10 })
    const save = () => files.save(claims, Readable.from([new Uint8Array(6)]), 'ada', upload('key'))
    const first = await save()
    await expect(save()).rejects.toMatchObject({ message: expect.stringContaining('in ten minutes') })
    const before = Date.now() / 1000 - 601
    await utimes(join(filesDir, first.id), before, before)
    const next = await files.save(claims, Readable.from([new Uint8Array(6)]), 'ada', {
      account: 'key',
      bytes: 6,
    })
    expect(await readdir(filesDir)).toEqual([next.id])
  })

  it('can be taken back from the page', async () => {
    world = await webWorld({ filesDir })
    const { body } = await page(world).upload('a.png', 'image/png', bytes)
    const away = (who = ada) =>
      call(world.url + body.url, { method: 'DELETE', headers: { cookie: who.cookie } })
    expect((await away(grace)).status).toBe(404)
    expect((await away()).status).toBe(204)
    expect(await readdir(filesDir)).toEqual([])
  })
})

describe('the room for attachments', () => {
  it('is bounded, with words; what is deleted makes room again', async () => {
    world = await webWorld({ filesDir })
    const files = someFiles({ room: 10 })
    const save = (size: number) =>
      files.save({ name: 'a', type: undefined }, Readable.from([new Uint8Array(size)]), 'ada')
    const first = await save(6)
    const late = await save(6).catch((error: unknown) => error)
    expect(late).toMatchObject({ status: 503, message: expect.stringContaining('no room for more files') })
    expect(await readdir(filesDir)).toEqual([first.id])
    await save(4)
    await files.remove([first.id])
    expect((await save(6)).size).toBe(6)
  })
})
