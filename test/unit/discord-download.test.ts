import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { mayFetch } from '../../adapters/discord/links.ts'
import type { FileRef } from '../../src/ports/event.ts'
import { DownloadError } from '../../src/ports/failure.ts'
import { channel, desk, messageJson, question } from './discord-desk.ts'
import type { Script } from './discord-http.ts'

const signal = new AbortController().signal
const attachment = '700000000000000001'
const bytes = { body: 'the bytes' }

describe('Downloading from Discord', () => {
  let world: Awaited<ReturnType<typeof desk>>
  const at = async (...scripts: Parameters<typeof desk>) => {
    world = await desk(...scripts)
    return world
  }
  afterEach(() => world?.close())

  const link = (seconds: number) =>
    `${world.origin}/attachments/1/2/cat.png?ex=${Math.floor(world.clock.now() / 1000 + seconds).toString(16)}&is=0&hm=0`
  const file = (url: string | null, id = `${channel}/${question}/${attachment}`): FileRef => ({
    id,
    name: 'cat.png',
    type: 'image/png',
    size: 9,
    url,
  })
  /** Told only when it is asked for: the link is the server's own. */
  const message = {
    act: (_: unknown, response: import('node:http').ServerResponse) => {
      response.writeHead(200, { 'content-type': 'application/json' })
      response.end(
        JSON.stringify(messageJson(question, { attachments: [{ id: attachment, url: link(600) }] })),
      )
    },
  }
  const paths = () => world.received.map(({ method, url }) => `${method} ${url.split('?')[0]}`)
  const cdn = 'GET /attachments/1/2/cat.png'
  const lookedUp = `GET /api/v10/channels/${channel}/messages/${question}`

  it('fetches the link, and shows nobody the token', async () => {
    const { platform, received } = await at(bytes)
    const stream = await platform.download(file(link(600)), signal)
    expect(await text(stream)).toBe('the bytes')
    expect(received).toHaveLength(1)
    expect(received[0]?.authorization).toBeUndefined()
  })

  /** The beginning of a file, and then what `act` makes of the connection. */
  const begun = (act: (response: import('node:http').ServerResponse) => void = () => {}): Script => ({
    act: (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png', 'content-length': '9' })
      response.write('the ')
      act(response)
    },
  })

  it('hands on what has come before the rest is there', async () => {
    let rest: () => void = () => {}
    const { platform } = await at(begun((response) => (rest = () => response.end('bytes'))))
    const reader = (await platform.download(file(link(600)), signal)).getReader()
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('the ')
    rest()
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('bytes')
    expect((await reader.read()).done).toBe(true)
  })

  it('says so when the file breaks off before its end', async () => {
    const { platform } = await at(begun((response) => setImmediate(() => response.destroy())))
    const stream = await platform.download(file(link(600)), signal)
    await expect(text(stream)).rejects.toThrow(/^it broke off/)
  })

  it('waits for no more bytes than a quarter of a minute, and no longer than it is told', async () => {
    const { platform, clock } = await at(begun())
    const reader = (await platform.download(file(link(600)), signal)).getReader()
    await reader.read()
    const stalled = reader.read().then(undefined, (error: unknown) => error)
    await clock.advance(15_000)
    expect(await stalled).toMatchObject({ name: 'DownloadError', words: expect.stringContaining('stopped') })

    const caller = new AbortController()
    const another = (await platform.download(file(link(600)), caller.signal)).getReader()
    await another.read()
    const reading = another.read()
    caller.abort(new Error('stopped by the user'))
    await expect(reading).rejects.toThrow('stopped by the user')
  })

  it('waits for the first bytes no longer either', async () => {
    const { platform, clock, received } = await at({ act: () => {} })
    const waiting = platform.download(file(link(600)), signal).then(undefined, (error: unknown) => error)
    await vi.waitFor(() => expect(received).toHaveLength(1))
    await clock.advance(15_000)
    expect(await waiting).toMatchObject({
      name: 'DownloadError',
      words: expect.stringContaining('try again'),
    })
  })

  it('asks for a fresh link first when the old one is over', async () => {
    const { platform } = await at(message, bytes)
    expect(await text(await platform.download(file(link(-1)), signal))).toBe('the bytes')
    expect(paths()).toEqual([lookedUp, cdn])
  })

  it.each([403, 404])('asks for a fresh link when the old one is refused with %i, once', async (status) => {
    const { platform } = await at({ status, body: 'no' }, message, { status, body: 'no' })
    await expect(platform.download(file(link(600)), signal)).rejects.toThrow(/^it .*attach it again/)
    expect(paths()).toEqual([cdn, lookedUp, cdn])
  })

  it('finds the file of a forwarded message', async () => {
    const snapshots = { message_snapshots: [{ message: { attachments: [{ id: attachment, url: '' }] } }] }
    const { platform } = await at(
      {
        act: (_, response) => {
          response.writeHead(200, { 'content-type': 'application/json' })
          const [snapshot] = snapshots.message_snapshots
          if (snapshot?.message.attachments[0]) snapshot.message.attachments[0].url = link(600)
          response.end(JSON.stringify(messageJson(question, snapshots)))
        },
      },
      bytes,
    )
    expect(await text(await platform.download(file(null), signal))).toBe('the bytes')
  })

  it('says what to do when neither the link nor the message is there any more', async () => {
    const { platform } = await at({ status: 404, body: { code: 10008, message: 'Unknown Message' } })
    for (const lost of [file(link(-1)), file(link(-1), `${channel}//${attachment}`), file(null, 'missing')])
      await expect(platform.download(lost, signal)).rejects.toThrow(DownloadError)
  })

  it('follows no redirect', async () => {
    const { platform, received } = await at({ status: 302, headers: { location: 'http://127.0.0.1:1/' } })
    await expect(platform.download(file(link(600)), signal)).rejects.toThrow(DownloadError)
    expect(received).toHaveLength(1)
  })

  it('reaches for no other host', async () => {
    const { platform, received } = await at(bytes)
    for (const url of [
      'http://169.254.169.254/latest',
      `http://u:p@${new URL(link(1)).host}/a`,
      'file:///etc/passwd',
    ])
      await expect(platform.download(file(url), signal)).rejects.toThrow(/not at Discord/)
    expect(received).toEqual([])
  })

  it.each<[boolean, string]>([
    [true, 'https://cdn.discordapp.com/attachments/1/2/a.png?ex=1'],
    [true, 'https://media.discordapp.net/attachments/1/2/a.png'],
    [true, 'http://127.0.0.1:4000/attachments/1/2/a.png'],
    [false, 'http://cdn.discordapp.com/attachments/1/2/a.png'],
    [false, 'https://cdn.discordapp.com:8443/a'],
    [false, 'https://cdn.discordapp.com@evil.example/a'],
    [false, 'https://x@cdn.discordapp.com/a'],
    [false, 'https://cdn.discordapp.com.evil.example/a'],
    [false, 'https://evil.example/cdn.discordapp.com'],
    [false, 'http://127.0.0.1:4001/a'],
    [false, 'http://0x7f000001:80/a'],
    [false, 'ftp://127.0.0.1:4000/a'],
    [false, 'not a link'],
  ])('%s: %s', (allowed, link) => expect(mayFetch(link, 'http://127.0.0.1:4000/api')).toBe(allowed))

  it('knows only Discord’s own hosts where no other API is set', () => {
    expect(mayFetch('http://127.0.0.1:4000/a', null)).toBe(false)
  })
})
