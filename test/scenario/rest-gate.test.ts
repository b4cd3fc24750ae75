import { request } from 'node:http'
import { afterEach, describe, expect, it } from 'vitest'
import { call, post, type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const key = 'parley-key-of-ada'
const other = 'parley-key-of-grace'
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

/** fetch may not set Host or Origin freely; this may. */
function asked(path: string, headers: Record<string, string>, method = 'GET'): Promise<number> {
  return new Promise((resolve, reject) => {
    const call = request(world.url + path, { method, headers }, (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    call.on('error', reject)
    call.end(method === 'POST' ? '{"message":"x"}' : undefined)
  })
}

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
    for (const path of ['/health', ...closedRoutes]) expect(await asked(path, {}), path).toBe(200)
    for (const host of ['localhost', 'localhost:8080', '127.0.0.1:1', '127.9.9.9', '[::1]:3000', 'LOCALHOST'])
      expect(await asked('/models', { host }), host).toBe(200)
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
      for (const path of closedRoutes) expect(await asked(path, { host }), host + path).toBe(403)
  })

  it('a page of another site is refused by its Origin, and the page itself is not', async () => {
    world = await webWorld()
    const { host, origin } = new URL(world.url)
    for (const from of ['https://evil.example', 'null', `http://${host}.evil.example`, 'http://127.0.0.1:1'])
      expect(await asked('/chat', { origin: from }, 'POST'), from).toBe(403)
    expect(world.asked).toEqual([])
    expect(await asked('/chat', { origin }, 'POST')).toBe(200)
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
    expect(await asked('/models', { origin: 'https://evil.example' })).toBe(403)
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

describe('with keys', () => {
  const keyed = () => webWorld({ host: '0.0.0.0', apiKeys: [key, other] })

  it('REST wants one, and says so', async () => {
    world = await keyed()
    for (const path of ['/models', '/metrics']) {
      const answer = await call(world.url + path)
      expect(answer).toMatchObject({ status: 401, body: { error: expect.stringContaining('Bearer') } })
      expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect((await fetch(world.url + path, bearer(key))).status).toBe(200)
      expect((await fetch(world.url + path, bearer(other))).status).toBe(200)
    }
    for (const wrong of ['x', `${key}x`, key.slice(1), key.toUpperCase(), ''])
      expect((await call(`${world.url}/models`, bearer(wrong))).status, wrong).toBe(401)
    expect((await call(`${world.url}/models`, { headers: { authorization: `Basic ${key}` } })).status).toBe(
      401,
    )
  })

  it('what describes the service is open', async () => {
    world = await keyed()
    for (const path of ['/', '/health', '/openapi.json', '/playground/config'])
      expect((await call(world.url + path)).status, path).toBe(200)
    expect((await call(`${world.url}/threads`)).status).toBe(404)
  })

  it('each key is a person of its own for budgets, and no key is written anywhere', async () => {
    world = await keyed()
    await post(`${world.url}/chat`, { message: 'x' }, bearer(key))
    await post(`${world.url}/chat`, { message: 'x' }, bearer(other))
    await post(`${world.url}/chat`, { message: 'x' }, bearer('wrong-key'))
    const people = world.asked.map((request) => request.spender.person)
    expect(people).toEqual([expect.stringMatching(/^key_[\w-]{12}$/), expect.stringMatching(/^key_/)])
    expect(new Set(people).size).toBe(2)
    expect(world.logged.join('') + JSON.stringify(world.asked)).not.toMatch(/parley-key|wrong-key/)
  })

  it('a browser signs in once and stays signed in over a restart', async () => {
    world = await keyed()
    const login = await fetch(`${world.url}/playground/login`, {
      method: 'POST',
      body: JSON.stringify({ key }),
    })
    expect(login.status).toBe(204)
    const cookie = login.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^parley_session=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/)
    expect(cookie).not.toContain(key)
    const headers = { cookie: cookie.split(';')[0] ?? '' }
    expect((await call(`${world.url}/playground/channels`, { headers })).status).toBe(200)
    expect((await call(`${world.url}/playground/config`, { headers })).body).toMatchObject({
      needsKey: true,
      signedIn: true,
      commands: expect.any(Array),
    })
    await world.restart()
    expect((await call(`${world.url}/playground/channels`, { headers })).status).toBe(200)
    await post(`${world.url}/playground/logout`, {}, { headers })
    expect((await call(`${world.url}/playground/channels`, { headers })).status).toBe(401)
  })

  it('a browser that has not signed in learns only that it must', async () => {
    world = await keyed()
    expect((await call(`${world.url}/playground/config`)).body).toEqual({
      name: 'Parley',
      version: '0.1.0',
      needsKey: true,
      signedIn: false,
    })
    const wrong = await post(`${world.url}/playground/login`, { key: 'wrong' })
    expect(wrong.status).toBe(401)
    expect(wrong.headers.get('set-cookie')).toBeNull()
    for (const path of [
      'channels',
      'models',
      'messages?channel=general&author=ada-12345',
      'events?author=ada-12345',
    ])
      expect((await call(`${world.url}/playground/${path}`)).status, path).toBe(401)
  })

  it('a session ends with its key', async () => {
    world = await keyed()
    const login = await fetch(`${world.url}/playground/login`, {
      method: 'POST',
      body: JSON.stringify({ key }),
    })
    const headers = { cookie: (login.headers.get('set-cookie') ?? '').split(';')[0] ?? '' }
    const { store } = world
    await world.close()
    world = await webWorld({ host: '0.0.0.0', apiKeys: [other], store })
    expect((await call(`${world.url}/playground/channels`, { headers })).status).toBe(401)
  })

  it('a cookie serves the page it was made for, not another page of the same machine, and not REST', async () => {
    world = await keyed()
    const login = await fetch(`${world.url}/playground/login`, {
      method: 'POST',
      body: JSON.stringify({ key }),
    })
    const cookie = (login.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    expect(await asked('/playground/channels', { cookie, origin: 'http://127.0.0.1:1' })).toBe(403)
    expect(await asked('/playground/channels', { cookie, origin: new URL(world.url).origin })).toBe(200)
    expect(await asked('/models', { cookie })).toBe(401)
  })

  it('pages of allowed origins may ask first, and read the answer', async () => {
    world = await webWorld({ apiKeys: [key], corsOrigins: ['https://app.example'] })
    const preflight = (origin: string) =>
      fetch(`${world.url}/chat`, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': 'POST' },
      })
    const granted = await preflight('https://app.example')
    expect(granted.status).toBe(204)
    expect(granted.headers.get('access-control-allow-origin')).toBe('https://app.example')
    expect(granted.headers.get('access-control-allow-headers')).toContain('authorization')
    expect(granted.headers.get('access-control-allow-credentials')).toBeNull()
    const refused = await preflight('https://evil.example')
    expect(refused.headers.get('access-control-allow-origin')).toBeNull()
    const failed = await fetch(`${world.url}/models`, { headers: { origin: 'https://app.example' } })
    expect(failed.status).toBe(401)
    expect(failed.headers.get('access-control-allow-origin')).toBe('https://app.example')
  })

  it('a star allows every origin', async () => {
    world = await webWorld({ apiKeys: [key], corsOrigins: '*' })
    const response = await fetch(`${world.url}/models`, {
      headers: { origin: 'https://any.example', authorization: `Bearer ${key}` },
    })
    expect(response.headers.get('access-control-allow-origin')).toBe('https://any.example')
  })
})
