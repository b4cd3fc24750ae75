import { createServer, get, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { createGunzip } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { sips } from '../../adapters/openai/sips.ts'

let server: Server
let sockets: Set<Socket>
let message: IncomingMessage

beforeEach(async () => {
  sockets = new Set()
  // Writes on for as long as somebody listens.
  server = createServer((_, response) => {
    const timer = setInterval(() => response.write('data: {"x":1}\n\n'), 1)
    response.on('close', () => clearInterval(timer))
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  message = await new Promise((resolve) => get({ host: '127.0.0.1', port }, resolve))
})
afterEach(() => {
  server.closeAllConnections()
  return new Promise((resolve) => server.close(resolve))
})

const noneOpen = () => expect.poll(() => sockets.size).toBe(0)

test('an answer that can’t be unzipped closes its connection', async () => {
  const body = sips(message, message.pipe(createGunzip()))
  await expect(new Response(body).text()).rejects.toThrow('terminated')
  await noneOpen()
})

test('an answer that nobody reads closes its connection at last', async () => {
  const body = sips(message, message, 50)
  await noneOpen()
  await expect(new Response(body).text()).rejects.toThrow('terminated')
})

test('an answer that is read slowly is read on', async () => {
  const reader = sips(message, message, 200).getReader()
  for (let read = 0; read < 20; read++) {
    expect((await reader.read()).done).toBe(false)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  expect(sockets.size).toBe(1)
  await reader.cancel()
  await noneOpen()
})
