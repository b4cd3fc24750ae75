import { afterEach, describe, expect, it } from 'vitest'
import { call, post, statusOf } from '../unit/web-http.ts'
import { type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const key = 'parley-key-of-ada'
const other = 'parley-key-of-grace'
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })

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
    for (const path of ['channels', 'models', 'messages?channel=general', 'events'])
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
    expect(await statusOf(`${world.url}/playground/channels`, { cookie, origin: 'http://127.0.0.1:1' })).toBe(
      403,
    )
    expect(
      await statusOf(`${world.url}/playground/channels`, { cookie, origin: new URL(world.url).origin }),
    ).toBe(200)
    expect(await statusOf(`${world.url}/models`, { cookie })).toBe(401)
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
