import { createServer, setGlobalProxyFromEnv } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import { connectionWorld, until } from './slack-connection-world.ts'

interface Tunnel {
  readonly url: string
  /** The hosts it was asked for. */
  readonly asked: string[]
  /** The tunnels that are there stay, and carry nothing any more. */
  freeze(): void
}

/** A proxy that tunnels. */
async function tunnel(): Promise<Tunnel> {
  const asked: string[] = []
  const open = new Set<Socket>()
  const server = createServer()
  server.on('connect', (request, client, head) => {
    const to = request.url ?? ''
    asked.push(to)
    const [host, port] = to.split(':')
    const target = connect(Number(port), host ?? '', () => {
      client.write('HTTP/1.1 200 OK\r\n\r\n')
      target.write(head)
      target.pipe(client).pipe(target)
      open.add(target).add(client as Socket)
    })
    // The end of one side is the end of the other.
    target.on('error', () => client.destroy())
    client.on('error', () => target.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(async () => {
    for (const socket of open) socket.destroy()
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  const freeze = (): void => {
    for (const socket of open) {
      socket.unpipe()
      socket.pause()
    }
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked, freeze }
}

test('a connection on which nothing moves any more, no farewell either, is soon replaced', async () => {
  const proxy = await tunnel()
  const restore = setGlobalProxyFromEnv({ http_proxy: proxy.url, https_proxy: proxy.url })
  onTestFinished(restore)
  const world = await connectionWorld({ viaProxy: true, timing: { pong: 90, closing: 50, opening: 200 } })
  onTestFinished(world.close)
  await world.start()
  await until(() => world.slack.sockets.count === 2)
  proxy.freeze()
  await until(() => world.sockets.state() === 'connecting')
  await until(() => world.sockets.state() === 'connected')
  expect(world.gaps).toHaveLength(2)
})

test('where the machine has a proxy, the sockets go through it, too', async () => {
  const proxy = await tunnel()
  const restore = setGlobalProxyFromEnv({ http_proxy: proxy.url, https_proxy: proxy.url })
  onTestFinished(restore)
  const world = await connectionWorld({ viaProxy: true })
  onTestFinished(world.close)
  await world.start()
  await until(() => world.slack.sockets.count === 2)
  // One tunnel for the question where to connect to, and one for each socket.
  expect(proxy.asked.length).toBeGreaterThanOrEqual(3)
  expect(new Set(proxy.asked)).toEqual(new Set([new URL(world.slack.apiUrl).host]))
})
