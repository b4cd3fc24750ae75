import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { FileRef } from '../../src/ports/event.ts'
import { call } from './web-http.ts'
import { ada, grace, page, uuid } from './web-pages.ts'
import { type WebWorld, webWorld } from './web-world.ts'

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
const asAda = { headers: { cookie: ada.cookie } }
const signal = new AbortController().signal

describe('an attachment', () => {
  it('is stored for its owner alone, shown in place when it is a picture, and reaches the engine', async () => {
    world = await webWorld({ filesDir })
    const { status, body } = await page(world).upload('sky.png', 'image/png', bytes)
    expect(status).toBe(201)
    expect(body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      name: 'sky.png',
      type: 'image/png',
      size: 4,
      url: `/playground/files/${body.id}`,
    })
    expect((await stat(join(filesDir, String(body.id)))).mode & 0o777).toBe(0o600)
    const response = await fetch(world.url + body.url, asAda)
    expect(response.headers.get('content-type')).toBe('image/png')
    expect(response.headers.get('content-disposition')).toBe("inline; filename*=UTF-8''sky.png")
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(await response.bytes()).toEqual(bytes)

    await page(world).say('q1', '@Parley what is it?', { files: [body.id] })
    const event = world.heard[0]
    const file = event?.kind === 'message' ? event.files[0] : undefined
    expect(file).toEqual({ id: body.id, name: 'sky.png', type: 'image/png', size: 4, url: null })
    const stream = await world.web.platform.download(file as FileRef, signal)
    expect(await new Response(stream).bytes()).toEqual(bytes)
  })

  it.each([
    ['page.html', 'text/html'],
    ['drawing.svg', 'image/svg+xml'],
    ['run.js', 'text/javascript'],
    ['paper.pdf', 'application/pdf'],
    ['odd', 'not a type'],
  ])('%s is never opened in the browser', async (name, type) => {
    world = await webWorld({ filesDir })
    const { body } = await page(world).upload(name, type, bytes)
    const response = await fetch(world.url + body.url, asAda)
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment; /)
    expect(response.headers.get('content-security-policy')).toContain('sandbox')
  })

  it.each([
    ['../../etc/passwd', 'passwd'],
    ['..\\evil.exe', 'evil.exe'],
    ['a\u202egnp.exe', 'agnp.exe'],
    ['..', 'file'],
    ['', 'file'],
    ['  ', 'file'],
    ["it's (1)*.txt", "it's (1)*.txt"],
    ['日本.png', '日本.png'],
  ])('named %j is called %j and can be fetched', async (name, shown) => {
    world = await webWorld({ filesDir })
    const { body } = await page(world).upload(name, 'text/plain', bytes)
    expect(body.name).toBe(shown)
    const response = await fetch(world.url + body.url, asAda)
    expect(response.status).toBe(200)
    const encoded =
      /filename\*=UTF-8''(\S+)$/.exec(response.headers.get('content-disposition') ?? '')?.[1] ?? ''
    expect(encoded).not.toMatch(/['()*]/)
    expect(decodeURIComponent(encoded)).toBe(shown)
  })

  it('is removed with its message, and can belong to one message only', async () => {
    world = await webWorld({ filesDir })
    const { say, remove, upload } = page(world)
    const { body } = await upload('a.png', 'image/png', bytes)
    await say('m1', 'look', { files: [body.id] })
    expect((await say('m2', 'mine now', { files: [body.id] })).status).toBe(400)
    await remove('m1')
    expect((await call(world.url + body.url, asAda)).status).toBe(404)
    expect(await readdir(filesDir)).toEqual([])
    const gone = { id: String(body.id), name: 'a.png', type: null, size: null, url: null }
    await expect(world.web.platform.download(gone, signal)).rejects.toThrow('it is not here any more')
  })

  it('that is too large or empty leaves nothing behind', async () => {
    world = await webWorld({ filesDir })
    expect((await page(world).upload('big', 'image/png', new Uint8Array(32 * 1_048_576 + 1))).status).toBe(
      413,
    )
    expect((await page(world).upload('none', 'image/png', new Uint8Array())).status).toBe(400)
    expect(await readdir(filesDir)).toEqual([])
  })

  it('is not reached by anything but its id', async () => {
    world = await webWorld({ filesDir })
    await writeFile(join(filesDir, 'secret'), 'x')
    await writeFile(join(filesDir, uuid('foreign')), 'x')
    for (const id of ['secret', '..%2fsecret', '%2e%2e', uuid('foreign'), uuid('none')])
      expect((await fetch(`${world.url}/playground/files/${id}`)).status, id).toBe(404)
  })

  it('belongs to one message of one channel: the same id elsewhere does not take it over', async () => {
    world = await webWorld({ filesDir })
    const { say, remove, upload } = page(world)
    const { body } = await upload('a.png', 'image/png', bytes)
    await say('m1', 'look', { files: [body.id] })
    expect((await say('m1', 'mine now', { files: [body.id], channel: 'random' })).status).toBe(400)
    await remove('m1', 'random')
    expect((await fetch(world.url + body.url, asAda)).status).toBe(200)
  })

  it('that was not sent yet is its owner’s alone: others neither open it, nor send it, nor name it in a command', async () => {
    world = await webWorld({ filesDir })
    const { body } = await page(world).upload('a.png', 'image/png', bytes)
    const path = `files/${body.id}`
    expect((await page(world, grace).get(path)).status).toBe(404)
    expect((await fetch(world.url + body.url)).status).toBe(404)
    expect((await page(world, grace).say('m1', 'mine now', { files: [body.id] })).status).toBe(400)
    const ask = { name: 'ask', options: { prompt: 'What is it?', file: body.id } }
    expect((await page(world, grace).command(ask)).status).toBe(400)
    expect(world.heard).toEqual([])
    expect((await fetch(world.url + body.url, asAda)).status).toBe(200)
    expect((await page(world).command(ask)).status).toBe(202)
  })

  it('of a direct channel is for its person alone, and one of a channel for all', async () => {
    world = await webWorld({ filesDir })
    const [direct, open] = [
      await page(world).upload('a.png', 'image/png', bytes),
      await page(world).upload('b.png', 'image/png', bytes),
    ]
    expect(
      (await page(world).say('m1', 'look', { files: [direct.body.id], channel: `direct-${ada.id}` })).status,
    ).toBe(201)
    await page(world).say('m2', 'look', { files: [open.body.id] })
    const asGrace = { headers: { cookie: grace.cookie } }
    expect((await fetch(world.url + direct.body.url, asGrace)).status).toBe(404)
    const ask = { name: 'ask', options: { prompt: 'What is it?', file: direct.body.id } }
    expect((await page(world, grace).command(ask)).status).toBe(400)
    expect((await fetch(world.url + direct.body.url, asAda)).status).toBe(200)
    expect((await fetch(world.url + open.body.url, asGrace)).status).toBe(200)
  })
})
