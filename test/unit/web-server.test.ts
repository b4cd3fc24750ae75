import { afterEach, describe, expect, it } from 'vitest'
import { systemClock } from '../../adapters/system/clock.ts'
import { ListenError } from '../../adapters/web/server.ts'
import { events, until } from './web-http.ts'
import { end, type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const ask = (path: string) =>
  fetch(world.url + path, { method: 'POST', body: '{"message":"x"}' }).then((response) => response.text())

describe('the web server', () => {
  it('says in words why it can’t have its address', async () => {
    world = await webWorld()
    const { port } = new URL(world.url)
    const inUse = webWorld({ port: Number(port) })
    await expect(inUse).rejects.toThrow(ListenError)
    await expect(inUse).rejects.toThrow(`Port ${port} on 127.0.0.1 is in use.`)
    await expect(webWorld({ host: '192.0.2.1', apiKeys: ['key'] })).rejects.toThrow(
      'is not an address of this machine',
    )
  })

  it('lets a running answer finish when it closes', async () => {
    const go = Promise.withResolvers<void>()
    let began = false
    world = await webWorld({
      timing: { drain: 5_000 },
      direct: async function* () {
        began = true
        yield { kind: 'text', delta: 'An answer' }
        await go.promise
        yield { kind: 'end', end: end('An answer') }
      },
    })
    const answers = Promise.all([ask('/chat'), ask('/chat/stream')])
    await until(() => began)
    const closed = world.web.close()
    go.resolve()
    await closed
    const [whole, stream] = await answers
    expect(whole).toContain('"response":"An answer"')
    expect(stream).toContain('"done":true')
    await world.restart()
  })

  it('cuts what does not finish in time, and aborts its model', async () => {
    const clock = systemClock()
    let aborted = 0
    world = await webWorld({
      timing: { drain: 50 },
      direct: async function* (_, signal) {
        signal.addEventListener('abort', () => aborted++)
        yield { kind: 'text', delta: 'word ' }
        await clock.sleep(60_000, signal)
      },
    })
    const response = await fetch(`${world.url}/chat/stream`, { method: 'POST', body: '{"message":"x"}' })
    const stream = events(response)
    await stream.next()
    const cut = stream.next().catch((error: unknown) => String(error))
    await world.web.close()
    expect(await cut).toContain('terminated')
    await until(() => aborted === 1)
    await world.restart()
  })
})
