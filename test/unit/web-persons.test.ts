import { afterEach, describe, expect, it } from 'vitest'
import { simulatedClock } from '../fakes/clock.ts'
import { call, post } from './web-http.ts'
import { ada, conversation, grace, page, part, someone, uuid } from './web-pages.ts'
import { type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const key = 'key-one-3f9a'
const threadless = { conversation: conversation(''), root: null, direct: false }

describe('a person of the playground', () => {
  it('is given a cookie that no script reads, and keeps the id that comes of it', async () => {
    world = await webWorld()
    const first = await call(`${world.url}/playground/config`)
    const cookie = first.headers.get('set-cookie') ?? ''
    expect(cookie).toMatch(/^parley_author=[\w-]{43}; Path=\/playground; .*HttpOnly; SameSite=Strict$/)
    const me = first.body.me as { id: string }
    expect(cookie).not.toContain(me.id.slice(2))
    const headers = { cookie: cookie.split(';')[0] ?? '' }
    expect((await call(`${world.url}/playground/config`, { headers })).body.me).toEqual(me)
    const other = await call(`${world.url}/playground/config`)
    expect(other.body.me).not.toEqual(me)
  })

  it('stays the same when a link on another site leads here, which browsers follow without the cookie', async () => {
    world = await webWorld()
    const headers = { 'sec-fetch-site': 'cross-site' }
    const answer = await call(`${world.url}/playground/config`, { headers })
    expect(answer.headers.get('set-cookie')).toBeNull()
  })

  it('can’t act on what only another one sees', async () => {
    world = await webWorld()
    const privately = { nonce: 'n1', index: 0, signal: new AbortController().signal, privateTo: ada.id }
    const sent = await world.web.platform.send(threadless, part('psst'), privately)
    const message = sent.kind === 'sent' ? sent.ref.id : ''
    expect((await page(world, grace).act({ kind: 'regenerate', message })).status).toBe(404)
    expect((await page(world).act({ kind: 'regenerate', message })).status).toBe(202)
  })

  it('is another one with another key', async () => {
    world = await webWorld({ apiKeys: [key, 'key-two-77b1'] })
    const ids = await Promise.all(
      [key, 'key-two-77b1'].map(async (each) => {
        const headers = { authorization: `Bearer ${each}`, cookie: ada.cookie }
        return (await call(`${world.url}/playground/config`, { headers })).body.me
      }),
    )
    expect(ids[0]).not.toEqual(ids[1])
    const nobody = await call(`${world.url}/playground/config`)
    expect(nobody.body.me).toBeUndefined()
    expect(nobody.headers.get('set-cookie')).toBeNull()
  })

  it('can’t be claimed: knowing the id from a message opens nothing', async () => {
    world = await webWorld()
    const channel = `direct-${ada.id}`
    await page(world).say('d1', 'my secret', { channel })
    await page(world).say('m1', 'hello')
    // Whoever takes the public id for a token, or for a cookie's value, is someone else or nobody.
    const id = ada.id.slice(2)
    for (const token of [id, ada.id, id.padEnd(43, 'A'), 'x'.repeat(43)]) {
      const eve = page(world, { ...someone('Eve'), cookie: `parley_author=${token}` })
      expect((await eve.get(`messages?channel=${channel}`)).status).toBeOneOf([401, 403])
      expect((await eve.edit('m1', 'goodbye')).status).toBeOneOf([401, 403])
      expect((await eve.remove('m1')).status).toBeOneOf([401, 403])
      expect((await eve.act({ kind: 'stop', channel })).status).toBeOneOf([401, 403])
    }
    expect((await page(world, grace).say('g1', 'hi', { channel })).status).toBe(403)
    expect(await page(world).texts()).toEqual(['hello'])
    expect(await page(world).texts({ channel })).toEqual(['my secret'])
  })

  it('without a cookie is told to reload', async () => {
    world = await webWorld()
    const nobody = page(world, { ...ada, cookie: '' })
    for (const answer of [
      await nobody.say('q1', 'hi'),
      await nobody.get('messages?channel=general'),
      await nobody.remove('q1'),
    ]) {
      expect(answer.status).toBe(401)
      expect(answer.body.error).toContain('Reload the page')
    }
  })

  it('may be called anything, each time', async () => {
    world = await webWorld()
    await page(world).say('m1', 'hi', { author: { name: 'Countess' } })
    const { messages } = await page(world).read()
    expect(messages[0]?.author).toEqual({ id: ada.id, name: 'Countess', bot: false })
    expect((await page(world).edit('m1', 'hello')).status).toBe(200)
  })
})

describe('signing in', () => {
  it('is closed for a while after ten wrong keys, for the right one too, and says for how long', async () => {
    const clock = simulatedClock()
    world = await webWorld({ apiKeys: [key], clock })
    const signIn = (given: string) => post(`${world.url}/playground/login`, { key: given })
    for (let count = 0; count < 9; count++) expect((await signIn(`wrong ${count}`)).status).toBe(401)
    expect((await signIn(key)).status).toBe(204)
    await clock.advance(20_000)
    expect((await signIn('wrong')).status).toBe(401)
    const refused = await signIn(key)
    expect(refused.status).toBe(429)
    expect(refused.headers.get('retry-after')).toBe('40')
    expect(refused.body.error).toBe('Too many wrong API keys. Try again in 40 seconds.')
    await clock.advance(40_000)
    expect((await signIn(key)).status).toBe(204)
    expect((await page(world, { ...ada, cookie: '' }).say(uuid('x'), 'x')).status).toBe(401)
  })
})
