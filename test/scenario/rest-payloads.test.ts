import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { type WebWorld, webWorld } from '../unit/web-world.ts'

let world: WebWorld
afterEach(() => world.close())

const nasty = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\0',
    '\ud800',
    '\udc00x',
    '__proto__',
    'constructor',
    '\u202e',
    '{"',
    'data:',
    '9'.repeat(400),
  ),
)

const field = fc.constantFrom(
  'message',
  'messages',
  'model',
  'temperature',
  'stop',
  'images',
  'files',
  'response_format',
  'thread',
  'max_tokens',
  '__proto__',
  'constructor',
  'toString',
)

const value = fc.oneof(
  nasty,
  fc.double(),
  fc.boolean(),
  fc.constant(null),
  fc.array(nasty, { maxLength: 5 }),
  fc.array(fc.record({ role: nasty, content: nasty }), { maxLength: 3 }),
  fc.json({ maxDepth: 4 }).map((text) => JSON.parse(text) as unknown),
)

const payload = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.json(),
  fc
    .array(fc.tuple(field, value), { maxLength: 6 })
    .map(
      (entries) =>
        `{${entries.map(([key, val]) => `${JSON.stringify(key)}:${JSON.stringify(val) ?? 'null'}`).join(',')}}`,
    ),
  fc.tuple(nasty, fc.array(fc.tuple(field, value), { maxLength: 3 })).map(([message, entries]) => {
    const rest = entries.map(([key, val]) => `,${JSON.stringify(key)}:${JSON.stringify(val) ?? 'null'}`)
    return `{"message":${JSON.stringify(message)}${rest.join('')}}`
  }),
)

describe('generated bodies', () => {
  it('are answered, or refused with a reason; never a fault of the server', async () => {
    world = await webWorld()
    const runs = process.env.PARLEY_FAULT === 'full' ? 10_000 : 300
    await fc.assert(
      fc.asyncProperty(payload, fc.constantFrom('/chat', '/chat/stream'), async (body, path) => {
        const response = await fetch(world.url + path, { method: 'POST', body })
        const text = await response.text()
        expect([200, 400, 413]).toContain(response.status)
        if (response.status !== 200) expect(JSON.parse(text).error).toBeTypeOf('string')
        const message = world.asked.at(-1)?.message ?? ''
        expect(message).not.toContain('\0')
        expect(message.isWellFormed()).toBe(true)
      }),
      { numRuns: runs },
    )
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  }, 300_000)
})
