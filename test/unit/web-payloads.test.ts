import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { ada, page, uuid } from './web-pages.ts'
import { type WebWorld, webWorld } from './web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const nasty = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.constantFrom(
    '\0',
    '\ud800',
    '__proto__',
    'constructor',
    '\u202e',
    '../..',
    'general',
    '',
    '/ask',
    '@Parley \udc00',
  ),
)
const value = fc.oneof(
  nasty,
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(nasty, { maxLength: 3 }),
  fc.object(),
)
const author = fc.record({ name: nasty })
const id = fc.oneof(fc.uuid(), nasty)

const field = <T>(usual: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 5, arbitrary: usual as fc.Arbitrary<unknown> }, value)

const bodies: Record<string, fc.Arbitrary<unknown>> = {
  messages: fc.record(
    {
      id: field(id),
      channel: field(fc.constantFrom('general', `direct-${ada.id}`)),
      thread: field(fc.constantFrom(null, uuid('root'))),
      text: field(nasty),
      author: field(author),
      files: field(fc.array(id, { maxLength: 2 })),
    },
    { requiredKeys: [] },
  ),
  actions: fc.record(
    {
      id: field(id),
      kind: field(fc.constantFrom('stop', 'regenerate', 'thumb')),
      channel: field(fc.constant('general')),
      thread: field(fc.constant(null)),
      message: field(id),
      thumb: field(fc.constantFrom('up', null)),
      author: field(author),
    },
    { requiredKeys: [] },
  ),
  commands: fc.record(
    {
      id: field(id),
      channel: field(fc.constant('general')),
      thread: field(fc.constant(null)),
      name: field(fc.constantFrom('ask', 'model', 'new')),
      options: field(fc.dictionary(fc.constantFrom('prompt', 'private', 'file', '__proto__', 'x'), value)),
      author: field(author),
    },
    { requiredKeys: [] },
  ),
  channels: fc.record({ name: field(nasty) }),
  login: fc.record({ key: field(nasty) }),
  logout: value,
}

const call = fc
  .constantFrom(...Object.keys(bodies))
  .chain((route) =>
    fc.tuple(fc.constant(route), fc.oneof({ weight: 4, arbitrary: bodies[route] ?? value }, value)),
  )

describe('generated calls of the playground', () => {
  it('are taken, or refused with a reason; never a fault of the server', async () => {
    world = await webWorld()
    await page(world).say('root', 'a thread begins')
    const runs = process.env.PARLEY_FAULT === 'full' ? 10_000 : 200
    await fc.assert(
      fc.asyncProperty(call, async ([route, body]) => {
        const response = await fetch(`${world.url}/playground/${route}`, {
          method: 'POST',
          headers: { cookie: ada.cookie },
          body: JSON.stringify(body) ?? 'null',
        })
        const text = await response.text()
        expect(response.status, text).toBeLessThan(500)
        if (response.status >= 400) expect(JSON.parse(text).error).toBeTypeOf('string')
      }),
      { numRuns: runs },
    )
    for (const event of world.heard) expect(JSON.stringify(event)).not.toMatch(/\\u0000|\\ud[89a-f]/)
  }, 300_000)

  it('by any address are answered too', async () => {
    world = await webWorld()
    const part = fc
      .oneof(nasty, fc.constantFrom('messages', 'files', 'app', 'vendor', 'events', 'general'))
      .map(encode)
    const query = fc.dictionary(
      fc.constantFrom('channel', 'after', 'before', 'limit', 'thread', 'name'),
      nasty,
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT'),
        fc.array(part, { maxLength: 3 }),
        query,
        async (method, parts, search) => {
          const params = new URLSearchParams(
            Object.entries(search).map(([key, val]) => [key, val.toWellFormed()]),
          )
          const gone = new AbortController()
          const response = await fetch(`${world.url}/playground/${parts.join('/')}?${params}`, {
            method,
            headers: { cookie: ada.cookie },
            signal: gone.signal,
          })
          gone.abort()
          expect(response.status).toBeLessThan(500)
        },
      ),
      { numRuns: 300 },
    )
  })
})

const encode = (text: string): string => encodeURIComponent(text.toWellFormed())
