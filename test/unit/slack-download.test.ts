import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { fileIdOf } from '../../adapters/slack/download.ts'
import { isSlacks } from '../../adapters/slack/links.ts'
import type { FileRef } from '../../src/ports/event.ts'
import { DownloadError } from '../../src/ports/failure.ts'
import { type Desk, desk, refused, type Script, secretToken, signal, team } from './slack-desk.ts'

const bytes: Script = {
  act: (_, response) => void response.writeHead(200, { 'content-type': 'image/png' }).end('the bytes'),
}
const moved = (location: string, status = 302): Script => ({ status, headers: { location } })
const page: Script = { body: '<html>Sign in to Slack</html>' }

describe('Downloading from Slack', () => {
  let world: Desk
  const at = async (scripts: Parameters<typeof desk>[0] = {}) => {
    world = await desk({ '/f/cat.png': bytes, ...scripts })
    return world
  }
  const file = (url: string | null, more: Partial<FileRef> = {}): FileRef => ({
    id: fileIdOf(team, 'F1'),
    name: 'cat.png',
    type: 'image/png',
    size: 9,
    url,
    ...more,
  })
  const download = (given: FileRef) => world.platform.download(given, signal)
  const here = (path = '/f/cat.png') => `${world.origin}${path}`

  /** Somebody else's server: nothing may ever reach it. */
  const elsewhere = createServer((request, response) => {
    visits.push(request.headers.authorization ?? 'nothing')
    response.end('not Slack’s')
  })
  let visits: string[] = []
  let foreign = ''
  beforeEach(async () => {
    visits = []
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
    foreign = `127.0.0.1:${(elsewhere.address() as AddressInfo).port}`
  })
  afterEach(async () => {
    await world?.close()
    elsewhere.closeAllConnections()
    await new Promise((resolve) => elsewhere.close(resolve))
  })

  it('fetches the file with the token of its workspace', async () => {
    const { received } = await at()
    expect(await text(await download(file(here())))).toBe('the bytes')
    expect(received[0]?.headers.authorization).toBe(`Bearer ${secretToken}`)
  })

  it.each([301, 302, 303, 307, 308])(
    'follows %i within Slack, with the token at each hop',
    async (status) => {
      const { received } = await at({ '/f/old': moved('/f/cat.png', status) })
      expect(await text(await download(file(here('/f/old'))))).toBe('the bytes')
      expect(received.map(({ headers }) => headers.authorization)).toEqual(
        Array(2).fill(`Bearer ${secretToken}`),
      )
    },
  )

  it('follows no more than five redirects', async () => {
    const { received } = await at({ '/f/round': moved('/f/round') })
    await expect(download(file(here('/f/round')))).rejects.toThrow(/too often/)
    expect(received).toHaveLength(6)
  })

  const foreigners: readonly (readonly [string, (foreign: string, own: string) => string])[] = [
    ['another port', (host) => `http://${host}/x`],
    ['another name for this machine', (_, own) => `http://localhost:${own.split(':')[1]}/x`],
    ['TLS to the same host', (_, own) => `https://${own}/x`],
    ['a user in the address', (_, own) => `http://user:pass@${own}/x`],
    ['Slack’s name as the user', (host) => `http://files.slack.com@${host}/x`],
    ['Slack without TLS', () => 'http://files.slack.com/x'],
    ['Slack at another port', () => 'https://files.slack.com:8443/x'],
    ['a host that ends alike', () => 'https://evilslack.com/x'],
    ['a host that begins alike', () => 'https://files.slack.com.evil.example/x'],
    ['a hyphen', () => 'https://files-slack.com/x'],
    ['a decimal address', (host) => `http://2130706433:${host.split(':')[1]}/x`],
    ['an address without scheme', (host) => `//${host}/x`],
    ['a file', () => 'file:///etc/passwd'],
    ['data', () => 'data:text/plain,hi'],
    ['nothing at all', () => 'https://'],
  ]
  describe.each(foreigners)('shows nobody the token: %s', (_, made) => {
    const own = () => world.origin.slice('http://'.length)

    it('is not fetched', async () => {
      const { received } = await at()
      await expect(download(file(made(foreign, own())))).rejects.toThrow(DownloadError)
      expect([visits, received]).toEqual([[], []])
      expect(isSlacks(made(foreign, own()), `${world.origin}/api/`)).toBe(false)
    })

    it('is not gone to from Slack', async () => {
      const { received } = await at()
      world.script('/f/away', moved(made(foreign, own())))
      await expect(download(file(here('/f/away')))).rejects.toThrow(DownloadError)
      expect(visits).toEqual([])
      expect(received).toHaveLength(1)
    })
  })

  it.each([
    'https://files.slack.com/a',
    'https://slack.com/a',
    'https://acme.slack.com/files/a',
    'https://files-origin.slack.com/a',
    'https://a.slack-edge.com/a',
    'https://slack-files.com/a',
  ])('takes %s for Slack’s', (url) => {
    expect(isSlacks(url, null)).toBe(true)
  })

  it('refuses a sign-in page that comes instead of the file', async () => {
    await at({ '/f/page': page })
    await expect(download(file(here('/f/page')))).rejects.toThrow(/files:read/)
    await expect(download(file(here('/f/page'), { type: 'text/html' }))).rejects.toThrow(/files:read/)
  })

  it('takes a page that somebody sent as a file', async () => {
    await at({
      '/f/a.html': { ...page, headers: { 'content-disposition': 'attachment; filename="a.html"' } },
    })
    expect(await text(await download(file(here('/f/a.html'), { type: 'text/html' })))).toContain('Sign in')
  })

  it('asks where the file is when Slack did not say', async () => {
    const { methods } = await at()
    world.script('files.info', { body: { ok: true, file: { url_private_download: here() } } })
    expect(await text(await download(file(null)))).toBe('the bytes')
    expect(methods()).toEqual(['files.info', '/f/cat.png'])
  })

  it('fetches nothing that is kept elsewhere, or asked for elsewhere', async () => {
    await at()
    world.script('files.info', { body: { ok: true, file: { url_private: `http://${foreign}/x` } } })
    await expect(download(file(null))).rejects.toThrow(/nothing from elsewhere/)
    world.script('files.info', { body: { ok: true, file: { url_private: here(), is_external: true } } })
    await expect(download(file(null))).rejects.toThrow(/nothing from elsewhere/)
    expect(visits).toEqual([])
  })

  it.each([
    [403, /files:read/],
    [404, /send it again/],
    [429, /try again/],
    [500, /try again/],
    [418, /418/],
  ])('says in words what %i means', async (status, words) => {
    await at({ '/f/no': { status, body: {} } })
    await expect(download(file(here('/f/no')))).rejects.toThrow(words)
  })

  it('says so when the file or the installation is gone', async () => {
    await at({ 'files.info': refused('file_not_found') })
    await expect(download(file(null))).rejects.toThrow(/^it is not at Slack any more/)
    await expect(download(file(here(), { id: fileIdOf('T9', 'F1') }))).rejects.toThrow(/not installed/)
    await expect(download(file(here(), { id: 'F1' }))).rejects.toThrow(/send it again/)
  })

  it('hands a large file on as it comes, never faster than it is read', async () => {
    const [size, chunk] = [64 * 1024 * 1024, Buffer.alloc(64 * 1024)]
    let written = 0
    await at({
      '/f/large': {
        act: async (_, response) => {
          response.writeHead(200, { 'content-type': 'video/mp4', 'content-length': String(size) })
          while (written < size && !response.destroyed) {
            written += chunk.length
            if (!response.write(chunk)) await once(response, 'drain').catch(() => undefined)
          }
        },
      },
    })
    const stop = new AbortController()
    const stream = await world.platform.download(file(here('/f/large')), stop.signal)
    const reader = stream.getReader()
    const { value } = await reader.read()
    expect(value?.length).toBeGreaterThan(0)
    await vi.waitFor(() => expect(written).toBeGreaterThan(1024 * 1024 - 1))
    // What nobody reads waits at Slack; the sockets of this machine hold some megabytes.
    expect(written).toBeLessThan(size / 2)
    stop.abort(new Error('too large'))
    await expect(reader.read().then(async () => drained(reader))).rejects.toThrow()
  })

  it('ends a file that stalls in the middle when it is told to', async () => {
    await at({
      '/f/stalls': { act: (_, response) => void response.writeHead(200).write('the beg') },
    })
    const stop = new AbortController()
    const stream = await world.platform.download(file(here('/f/stalls')), stop.signal)
    const reader = stream.getReader()
    expect(Buffer.from((await reader.read()).value ?? []).toString()).toBe('the beg')
    const more = reader.read()
    stop.abort(new Error('it took too long'))
    await expect(more).rejects.toThrow('it took too long')
  })

  it('says that a file broke off rather than that it is over', async () => {
    await at({
      '/f/torn': {
        act: (request, response) => {
          response.writeHead(200, { 'content-length': '1000' }).write('half')
          setTimeout(() => request.socket.destroy(), 20)
        },
      },
    })
    await expect(text(await download(file(here('/f/torn'))))).rejects.toThrow()
  })

  it('heeds a Stop', async () => {
    await at({ '/f/slow': { act: () => undefined } })
    const controller = new AbortController()
    const waiting = world.platform.download(file(here('/f/slow')), controller.signal)
    controller.abort(new Error('stopped'))
    await expect(waiting).rejects.toThrow('stopped')
  })
})

/** Reads what is left. */
async function drained(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  while (!(await reader.read()).done);
}
