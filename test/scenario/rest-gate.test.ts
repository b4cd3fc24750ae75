import { afterEach, describe, expect, it } from 'vitest'
import { call, post, statusOf } from '../unit/web-http.ts'
import { type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const closedRoutes = [
  '/',
  '/models',
  '/metrics',
  '/openapi.json',
  '/playground/config',
  '/playground/channels',
]

describe('on a loopback address without keys', () => {
  it('everything is open to this machine', async () => {
    world = await webWorld()
    for (const path of ['/health', ...closedRoutes])
      expect(await statusOf(world.url + path, {}), path).toBe(200)
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1:1', '127.9.9.9', '[::1]:3000', 'LOCALHOST'])
      expect(await statusOf(`${world.url}/models`, { host }), host).toBe(200)
  })

  it('a page that rebinds its own name to this machine is refused by its Host', async () => {
    world = await webWorld()
    for (const host of [
      'evil.example',
      'localhost.evil.example',
      '127.0.0.1.evil.example',
      '10.0.0.1',
      '0.0.0.0',
    ])
      for (const path of closedRoutes)
        expect(await statusOf(world.url + path, { host }), host + path).toBe(403)
  })

  it('a page of another site is refused by its Origin, and the page itself is not', async () => {
    world = await webWorld()
    const { host, origin } = new URL(world.url)
    for (const from of ['https://evil.example', 'null', `http://${host}.evil.example`, 'http://127.0.0.1:1'])
      expect(await statusOf(`${world.url}/chat`, { origin: from }, 'POST'), from).toBe(403)
    expect(world.asked).toEqual([])
    expect(await statusOf(`${world.url}/chat`, { origin }, 'POST')).toBe(200)
  })

  it('a page whose origin is allowed may call REST, but not what the playground’s own page calls', async () => {
    world = await webWorld({ corsOrigins: ['https://app.example/'] })
    const headers = { origin: 'https://app.example' }
    const response = await fetch(`${world.url}/models`, { headers })
    expect(response.status).toBe(200)
    expect(response.headers.get('access-control-allow-origin')).toBe('https://app.example')
    const playground = await fetch(`${world.url}/playground/channels`, { headers })
    expect(playground.status).toBe(403)
  })

  it('a star for origins opens nothing', async () => {
    world = await webWorld({ corsOrigins: '*' })
    expect(await statusOf(`${world.url}/models`, { origin: 'https://evil.example' })).toBe(403)
  })
})

describe('on another address without keys', () => {
  it('only /health is open, and everything else says why', async () => {
    world = await webWorld({ host: '0.0.0.0' })
    expect((await call(`${world.url}/health`)).status).toBe(200)
    for (const path of [...closedRoutes, '/nothing'])
      expect(await call(world.url + path), path).toMatchObject({
        status: 403,
        body: { error: expect.stringContaining('PARLEY_API_KEYS') },
      })
    expect((await post(`${world.url}/chat`, { message: 'x' })).status).toBe(403)
    expect((await post(`${world.url}/playground/login`, { key: '' })).status).toBe(403)
    expect(world.asked).toEqual([])
  })

  it('browsers get the reason as a page', async () => {
    world = await webWorld({ host: '0.0.0.0' })
    const response = await fetch(world.url, { headers: { accept: 'text/html' } })
    expect(response.status).toBe(403)
    expect(await response.text()).toContain('PARLEY_API_KEYS')
  })
})
