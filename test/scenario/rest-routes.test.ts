import { afterEach, describe, expect, it } from 'vitest'
import { call, post } from '../unit/web-http.ts'
import { type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

describe('the REST routes beside /chat', () => {
  it('give every answer a request id, and keep a sane one that came in', async () => {
    world = await webWorld()
    for (const path of [
      '/',
      '/health',
      '/models',
      '/nothing',
      '/metrics',
      '/openapi.json',
      '/playground/app/../x',
    ])
      expect((await fetch(world.url + path)).headers.get('x-request-id')).toMatch(/^req_[0-9a-f]{32}$/)
    const ask = (id: string) => fetch(world.url, { headers: { 'x-request-id': id } })
    expect((await ask('abc-1')).headers.get('x-request-id')).toBe('abc-1')
    expect((await ask('a b')).headers.get('x-request-id')).toMatch(/^req_/)
    expect(
      (await post(`${world.url}/chat`, { message: 'x' }, { headers: { 'x-request-id': 'abc-2' } })).status,
    ).toBe(200)
    expect(world.asked[0]?.turn).not.toContain('abc-2')
  })

  it('say what there is at / and at paths that are not there', async () => {
    world = await webWorld()
    const { body } = await call(world.url)
    expect(body).toMatchObject({ name: 'Parley', version: '0.1.0', documentation: '/openapi.json' })
    expect(Object.keys(body.endpoints as object)).toContain('POST /chat/stream')
    const missing = await call(`${world.url}/threads`)
    expect(missing.status).toBe(404)
    expect(missing.body.error).toContain('POST /chat')
    const wrong = await call(`${world.url}/chat`)
    expect(wrong).toMatchObject({ status: 405, body: { error: '/chat takes POST, not GET.' } })
    expect(wrong.headers.get('allow')).toBe('POST')
  })

  it('show browsers the page, with a policy that allows nothing inline', async () => {
    world = await webWorld()
    const response = await fetch(world.url, { headers: { accept: 'text/html,*/*;q=0.8' } })
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8')
    const policy = response.headers.get('content-security-policy')
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
  })

  it('tell health, and 503 when something is broken', async () => {
    let healthy = true
    world = await webWorld({ health: async () => ({ healthy, database: healthy ? 'ok' : 'disk full' }) })
    expect(await call(`${world.url}/health`)).toMatchObject({
      status: 200,
      body: { status: 'healthy', service: 'Parley', provider: 'OpenAI', database: 'ok' },
    })
    healthy = false
    expect(await call(`${world.url}/health`)).toMatchObject({
      status: 503,
      body: { status: 'unhealthy', database: 'disk full' },
    })
  })

  it('take a check that fails or never ends for unhealthy', async () => {
    world = await webWorld({ health: () => Promise.reject(new Error('SQLITE_FULL at /secret/path')) })
    const failed = await call(`${world.url}/health`)
    expect(failed).toMatchObject({ status: 503, body: { status: 'unhealthy' } })
    expect(JSON.stringify(failed.body)).not.toContain('secret')
    await world.close()
    world = await webWorld({ health: () => new Promise(() => undefined), timing: { lookup: 20 } })
    expect((await call(`${world.url}/health`)).status).toBe(503)
  })

  it('say so when the provider does not list its models', async () => {
    world = await webWorld({
      models: (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      timing: { lookup: 20 },
    })
    expect(await call(`${world.url}/models`)).toMatchObject({
      status: 502,
      body: { error: expect.stringContaining('too long') },
    })
  })

  it('list models and measurements', async () => {
    world = await webWorld()
    expect((await call(`${world.url}/models`)).body).toEqual({
      models: ['gpt-6.1-terra'],
      default: 'gpt-6.1-terra',
    })
    const metrics = await fetch(`${world.url}/metrics`)
    expect(await metrics.text()).toBe('parley_up 1\n')
    expect(metrics.headers.get('content-type')).toBe('text/plain; version=0.0.4')
  })
})
