import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { MediaFile, Part } from '../../src/ports/platform.ts'
import { png } from '../fakes/png.ts'
import { ada, page, threadOn, uuid } from './web-pages.ts'
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

const signal = new AbortController().signal
const picture = (side: number, type = 'image/png'): MediaFile => {
  const bytes = new Uint8Array(png(side, side))
  return {
    kind: 'picture',
    id: `picture:${side}`,
    name: 'picture.png',
    type,
    size: bytes.length,
    body: new Blob([bytes]),
    description: 'A lighthouse',
  }
}
const part = (file: MediaFile, state: Part['state'] = 'done'): Part => ({
  markdown: '',
  state,
  controls: [],
  file,
})
const place = threadOn('q1')

async function sent(shown: Part, nonce = 'n1') {
  await page(world).say('q1', '@Parley paint')
  const opened = await world.web.platform.openPlace(place, '', signal)
  if (opened.kind !== 'open') throw new Error(opened.kind)
  const outcome = await world.web.platform.send(opened.place, shown, { nonce, index: 0, signal })
  if (outcome.kind !== 'sent') throw new Error(JSON.stringify(outcome))
  return { at: outcome.ref, place: opened.place }
}
const answer = async () => (await page(world).read({ thread: uuid('q1') })).messages.at(-1)

describe('what Parley made', () => {
  it('is shown with its description, kept while it is the same, replaced when it is another', async () => {
    world = await webWorld({ filesDir })
    const { at, place: open } = await sent(part(picture(2), 'writing'))
    const first = (await answer())?.files[0]
    expect(first).toMatchObject({ name: 'picture.png', type: 'image/png', description: 'A lighthouse' })
    await world.web.platform.edit(open, at, part(picture(2), 'writing'), signal)
    expect((await answer())?.files).toEqual([first])
    await world.web.platform.edit(open, at, part(picture(5)), signal)
    const second = (await answer())?.files[0]
    expect(second?.id).not.toBe(first?.id)
    expect(await (await fetch(world.url + second?.url)).bytes()).toEqual(new Uint8Array(png(5, 5)))
    expect((await fetch(world.url + first?.url)).status).toBe(404)
    expect(await readdir(filesDir)).toEqual([second?.id])
  })

  it('stays over a restart, also while it is being painted, and goes with its message', async () => {
    world = await webWorld({ filesDir })
    const { at, place: open } = await sent(part(picture(2), 'writing'))
    await world.web.platform.edit(open, at, part(picture(3), 'writing'), signal)
    await world.restart()
    const [file] = (await answer())?.files ?? []
    expect((await fetch(world.url + file?.url)).status).toBe(200)
    await world.web.platform.remove(open, at, signal)
    expect(await readdir(filesDir)).toEqual([])
  })

  it('is never opened in the browser when its type is none that can only be looked at or heard', async () => {
    world = await webWorld({ filesDir })
    await sent(part(picture(2, 'image/svg+xml')))
    const response = await fetch(world.url + (await answer())?.files[0]?.url)
    expect(response.headers.get('content-type')).toBe('application/octet-stream')
    expect(response.headers.get('content-disposition')).toMatch(/^attachment/)
  })
})

describe('a sound', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i)
  const upload = async () => {
    world = await webWorld({ filesDir })
    const { body } = await page(world).upload('note.webm', 'audio/webm;codecs=opus', bytes, { voice: '7.5' })
    return { body, url: world.url + body.url }
  }

  it('that was recorded here reaches the engine as a voice note of its length', async () => {
    const { body } = await upload()
    expect(body).toMatchObject({ type: 'audio/webm', voice: true, seconds: 7.5 })
    await page(world).say('q1', '@Parley', { files: [body.id] })
    const [event] = world.heard
    expect(event?.kind === 'message' && event.files).toMatchObject([{ voice: { seconds: 7.5 } }])
    expect((await page(world).upload('a', 'audio/webm', bytes, { voice: 'long' })).status).toBe(400)
  })

  it.each([
    ['bytes=0-', 206, [0, 99]],
    ['bytes=10-19', 206, [10, 19]],
    ['bytes=90-500', 206, [90, 99]],
    ['bytes=-5', 206, [95, 99]],
    ['bytes=-500', 206, [0, 99]],
    ['bytes=20-10', 200, [0, 99]],
    ['bytes=0-1,5-6', 200, [0, 99]],
    ['lines=0-1', 200, [0, 99]],
    ['bytes=-', 200, [0, 99]],
  ] as const)('is served as a player asks for it: %s', async (range, status, [from, to]) => {
    const { url } = await upload()
    const response = await fetch(url, { headers: { range, cookie: ada.cookie } })
    expect(response.status).toBe(status)
    expect(response.headers.get('accept-ranges')).toBe('bytes')
    expect(response.headers.get('content-type')).toBe('audio/webm')
    expect(response.headers.get('content-length')).toBe(String(to - from + 1))
    if (status === 206) expect(response.headers.get('content-range')).toBe(`bytes ${from}-${to}/100`)
    expect(await response.bytes()).toEqual(bytes.subarray(from, to + 1))
  })

  it.each(['bytes=100-', 'bytes=-0', 'bytes=400-500'])('has nothing beyond its end: %s', async (range) => {
    const { url } = await upload()
    const response = await fetch(url, { headers: { range, cookie: ada.cookie } })
    expect([response.status, response.headers.get('content-range')]).toEqual([416, 'bytes */100'])
  })
})

describe('the buttons of an answer', () => {
  const asked = { title: 'Correct what was heard', fields: [] }

  it('read it aloud, and open and send the form with what was heard', async () => {
    const forms: unknown[] = []
    world = await webWorld({
      filesDir,
      form: async (...given) => {
        forms.push(given)
        return asked
      },
    })
    const { at } = await sent({ markdown: 'Hello', state: 'done', controls: ['read_aloud', 'correct'] })
    const where = { thread: uuid('q1'), message: at.id }
    expect((await page(world).act({ kind: 'read_aloud', ...where })).status).toBe(202)
    expect(world.heard.at(-1)).toMatchObject({ kind: 'read_aloud', answer: at, place: { root: null } })

    const form = await page(world).get(`forms/correct?channel=general&message=${at.id}`)
    expect(form).toMatchObject({ status: 200, body: asked })
    expect(forms).toMatchObject([['correct', { conversation: { thread: uuid('q1') } }, { bot: false }, at]])

    const call = { name: 'correct', options: { text: 'Lima' }, about: at.id, thread: uuid('q1') }
    expect((await page(world).command(call)).status).toBe(202)
    expect(world.heard.at(-1)).toMatchObject({
      kind: 'command',
      name: 'correct',
      options: { text: 'Lima' },
      about: at,
      place: { conversation: { thread: uuid('q1') }, root: null },
    })
  })

  it('lead nowhere without an answer, and are no commands to type', async () => {
    world = await webWorld({ filesDir })
    await page(world).say('q1', '@Parley hello')
    const own = await page(world).get(`forms/correct?channel=general&message=${uuid('q1')}`)
    expect(own).toMatchObject({ status: 400, body: { error: 'message: is not an answer of Parley.' } })
    expect((await page(world).get('forms/correct?channel=general&message=none')).status).toBe(404)
    expect((await page(world).command({ name: 'correct', options: { text: 'x' } })).status).toBe(400)
    await page(world).say('c1', '/correct it')
    expect((await page(world).texts()).at(-1)).toMatch(/no command `\/correct`/)
    const { commands } = (await page(world).get('config')).body as { commands: { name: string }[] }
    expect(commands.map(({ name }) => name)).not.toContain('correct')
  })
})

describe('a recording', () => {
  it.each(['', '0x10', 'NaN', '-1', '1e3', ' '])('is not so long: %j', async (voice) => {
    world = await webWorld({ filesDir })
    const { status, body } = await page(world).upload('a.webm', 'audio/webm', new Uint8Array(3), { voice })
    expect([status, body.error]).toEqual([400, 'voice: takes the length in seconds, such as 12.5'])
  })

  it('is a sound, and an unknown question is named as one of the query', async () => {
    world = await webWorld({ filesDir })
    const upload = (type: string, more: Record<string, string>) =>
      page(world).upload('a', type, new Uint8Array(3), more)
    expect((await upload('audio/webm', { voice: '2.5' })).body).toMatchObject({ voice: true, seconds: 2.5 })
    expect(await upload('image/png', { voice: '2.5' })).toMatchObject({
      status: 400,
      body: { error: expect.stringContaining('voice: is for sounds only') },
    })
    expect((await upload('audio/webm', { frob: 'x' })).body.error).toMatch(/^query: "frob" is not a field/)
  })

  it('that comes compressed is refused in words', async () => {
    world = await webWorld({ filesDir })
    const send = (encoding: string) =>
      fetch(`${world.url}/chat`, {
        method: 'POST',
        headers: { 'content-encoding': encoding, 'content-type': 'application/json' },
        body: JSON.stringify({ message: 'hi' }),
      })
    const refused = await send('gzip')
    expect(refused.status).toBe(415)
    expect(await refused.json()).toMatchObject({ error: expect.stringContaining('without Content-Encoding') })
    expect((await send('identity')).status).toBe(200)
  })

  it('and files sent by REST have names without signs that hide', async () => {
    world = await webWorld({ filesDir })
    const files = [{ name: 'a\u202egnp.exe', data: 'data:text/plain;base64,aGk=' }]
    await fetch(`${world.url}/chat`, { method: 'POST', body: JSON.stringify({ message: 'hi', files }) })
    expect(world.asked[0]?.files?.[0]?.name).toBe('agnp.exe')
  })
})

describe('a command line', () => {
  it.each([
    ['/speak --format wav --voice marin Good day', { format: 'wav', voice: 'marin', text: 'Good day' }],
    ['/speak --voice="my own" Good --voice day', { voice: 'my own', text: 'Good --voice day' }],
    ['/speak --text "all of it"', { text: 'all of it' }],
  ])('%s', async (line, options) => {
    world = await webWorld({ filesDir })
    await page(world).say('c1', line)
    expect(world.heard).toMatchObject([{ kind: 'command', name: 'speak', options }])
  })

  it('with a value that there is none of says which there are', async () => {
    world = await webWorld({ filesDir })
    await page(world).say('c1', '/speak --format midi Good day')
    expect((await page(world).texts()).at(-1)).toMatch(
      /^format takes mp3, wav; "midi" is none of them\. It is used so: `\/speak \[--format <mp3\|wav>\] \[--voice <voice>\] <text>`/,
    )
    expect(world.heard).toEqual([])
  })
})
