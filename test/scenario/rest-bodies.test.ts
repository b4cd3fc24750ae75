import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { post } from '../unit/web-http.ts'
import { type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const mebibyte = 1_048_576

/** Writes to the socket as given and reads until the server closes it or the answer is whole. */
async function raw(write: (send: (text: string) => void) => void): Promise<string> {
  const { hostname, port } = new URL(world.url)
  const socket = connect(Number(port), hostname)
  let answer = ''
  return new Promise((resolve, reject) => {
    socket.on('error', reject)
    socket.on('connect', () => write((text) => socket.write(text)))
    socket.on('close', () => resolve(answer))
    socket.on('data', (chunk) => {
      answer += chunk
      if (answer.includes('"}')) {
        socket.destroy()
        resolve(answer)
      }
    })
  })
}

const head = (length: string): string => `POST /chat HTTP/1.1\r\nHost: 127.0.0.1\r\n${length}\r\n\r\n`

const chunk = (text: string): string => `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`

describe('a body', () => {
  it('may hold 1 MB of text and not more', async () => {
    world = await webWorld()
    const message = (bytes: number) => ({ message: 'x'.repeat(bytes) })
    expect((await post(`${world.url}/chat`, message(mebibyte - 20))).status).toBe(200)
    const answer = await post(`${world.url}/chat`, message(mebibyte))
    expect(answer).toMatchObject({ status: 413, body: { error: expect.stringContaining('1 MB of text') } })
    expect(world.asked).toHaveLength(1)
  })

  it('may hold pictures of several megabytes beside the text', async () => {
    world = await webWorld()
    const picture = `data:image/png;base64,${Buffer.alloc(5 * mebibyte, 7).toString('base64')}`
    const answer = await post(`${world.url}/chat`, { message: 'x', images: [picture] })
    expect(answer.status).toBe(200)
    expect(world.asked[0]?.images[0]).toMatchObject({ bytes: { length: 5 * mebibyte } })
  })

  it('is refused by its declared length before any of it is sent', async () => {
    world = await webWorld()
    const answer = await raw((send) => send(head('Content-Length: 99999999')))
    expect(answer).toMatch(/^HTTP\/1.1 413 .*More than 32 MB/s)
  })

  it('is refused in the middle when its text becomes too much, though its length was not declared', async () => {
    world = await webWorld()
    const answer = await raw((send) => {
      send(head('Transfer-Encoding: chunked') + chunk('{"message":"'))
      for (let sent = 0; sent <= mebibyte; sent += 65_536) send(chunk('x'.repeat(65_536)))
    })
    expect(answer).toMatch(/^HTTP\/1.1 413 /)
  })

  it('that stops coming is answered with 408', async () => {
    world = await webWorld({ timing: { bodyIdle: 30 } })
    const answer = await raw((send) => send(`${head('Content-Length: 50')}{"message":`))
    expect(answer).toMatch(/^HTTP\/1.1 408 .*x-request-id: .*too slowly/s)
  })

  it('that drips is answered with 408 when its time is up', async () => {
    world = await webWorld({ timing: { bodyIdle: 1_000, bodyTotal: 100 } })
    let drip: NodeJS.Timeout | undefined
    const answer = await raw((send) => {
      send(head('Content-Length: 5000'))
      drip = setInterval(() => send(' '), 10)
    })
    clearInterval(drip)
    expect(answer).toMatch(/^HTTP\/1.1 408 /)
  })

  it('nested ten thousand deep is refused before it is parsed', async () => {
    world = await webWorld()
    const deep = `{"message":"x","response_format":${'['.repeat(10_000)}${']'.repeat(10_000)}}`
    expect(await post(`${world.url}/chat`, deep)).toMatchObject({
      status: 400,
      body: { error: 'The JSON is nested deeper than 64 levels.' },
    })
  })

  it('that is not UTF-8 is refused', async () => {
    world = await webWorld()
    const response = await fetch(`${world.url}/chat`, {
      method: 'POST',
      body: Buffer.from([0x22, 0xff, 0x22]),
    })
    expect(response.status).toBe(400)
  })

  it('that breaks off does no harm', async () => {
    world = await webWorld()
    const { hostname, port } = new URL(world.url)
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => {
        socket.write(`${head('Content-Length: 50')}{"mess`, () => socket.destroy())
      })
      socket.on('close', () => resolve())
    })
    expect((await post(`${world.url}/chat`, { message: 'still there?' })).status).toBe(200)
    expect(world.logged.filter((line) => line.includes('"level":50'))).toEqual([])
  })

  it('after a refusal leaves the connection usable for the next request', async () => {
    world = await webWorld()
    for (let round = 0; round < 3; round++) {
      expect((await post(`${world.url}/chat`, { message: 'x'.repeat(2 * mebibyte) })).status).toBe(413)
      expect((await post(`${world.url}/chat`, { message: 'x' })).status).toBe(200)
    }
  })
})

describe('a broken request', () => {
  it.each([
    ['with a senseless Host', 'GET / HTTP/1.1\r\nHost: a b\r\n\r\n', 400],
    ['that is no HTTP', 'NONSENSE\r\n\r\n', 400],
    ['with endless headers', `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s gets a status, words and a request id', async (_, text, status) => {
    world = await webWorld()
    const answer = await raw((send) => send(text))
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} .*x-request-id: req_.*"error":"`, 's'))
  })
})
