import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Fault } from '../fakes/rated-ledger.ts'
import type { RatedPlatformOptions } from '../fakes/rated-options.ts'
import { cycle, runs, words } from './delivery-samples.ts'
import { createWorld, type World } from './delivery-world.ts'
import { markdown } from './markdown-samples.ts'
import { shownLength } from './shown-text.ts'

const LIFE_MS = 300_000
const GROWS_MS = 240_000
const bytes = (text: string): number => Buffer.byteLength(text)

function streaming(options: Partial<RatedPlatformOptions> = {}): World {
  return createWorld({
    streams: { lifeMs: LIFE_MS, ways: () => ['stream', 'edit'] },
    streamMs: GROWS_MS,
    message: 9_000,
    measure: bytes,
    latency: () => 50,
    ...options,
  })
}

/** The words of the answer, ten at once. */
const ten = (turn: number): string =>
  words(40)
    .slice(turn * 10, turn * 10 + 10)
    .join('')

const kinds = (world: World): string[] => world.platform.ledger.map(({ kind, as }) => as ?? kind)

describe('an answer that streams', () => {
  it('begins, grows and ends as one message', async () => {
    const world = streaming()
    const { lag } = await world.clock.run(world.stream(world.answer('a'), words(40), 50))
    const made = kinds(world)
    expect([made[0], made.at(-1)]).toEqual(['stream', 'stop'])
    expect(new Set(made.slice(1, -1))).toEqual(new Set(['append']))
    expect(world.texts('a')).toEqual([words(40).join('').trim()])
    expect(lag).toBeLessThanOrEqual(100)
  })

  it('is one plain message when it is whole at once', async () => {
    const world = streaming()
    const delivery = world.answer('a')
    delivery.write('Yes.')
    await world.clock.run(delivery.finish())
    expect(kinds(world)).toEqual(['send'])
  })

  it('goes on in the next message before its stream dies, with the fence reopened', async () => {
    const world = streaming()
    const delivery = world.answer('a')
    delivery.write('```ts\n')
    for (let line = 0; line < 300; line++) {
      delivery.write(`line(${line})\n`)
      await world.clock.advance(1_000)
    }
    await world.clock.run(delivery.finish())
    const [first = '', second = ''] = world.texts('a')
    expect(first).toMatch(/^```ts\nline\(0\)[^`]*\n```$/)
    expect(second).toMatch(/^```ts\nline\(2[34]\d\)[^`]*\nline\(299\)\n```$/)
    expect(kinds(world).filter((kind) => kind === 'stop')).toHaveLength(2)
    expect(world.platform.takenBack).toEqual([])
  })

  it.each<[string, string, RegExp]>([
    [
      'a sentence',
      'This is **the whole product**, as [the long book](https://example.com) says. ',
      / says\.$/,
    ],
    ['a line', '- the **whole product** and [the long book](https://example.com)\n', /\.com\)$/],
    ['a word', 'internationalisation of elephants ', /(internationalisation|of|elephants)$/],
  ])('ends such a message at the end of %s', async (_, text, end) => {
    for (const delta of [3, 4, 5]) {
      const world = streaming()
      const delivery = world.answer('a')
      const written = text.repeat(Math.ceil((700 * delta) / text.length))
      for (let at = 0; at < written.length; at += delta) {
        delivery.write(written.slice(at, at + delta))
        await world.clock.advance(400)
      }
      await world.clock.run(delivery.finish())
      const texts = world.texts('a')
      expect(texts).toHaveLength(2)
      expect(texts[0]).toMatch(end)
      expect(texts.join(' ').replace(/\s+/g, ' ')).toBe(written.trim().replace(/\s+/g, ' '))
      expect(world.platform.takenBack).toEqual([])
      expect(kinds(world).filter((kind) => kind === 'stop')).toHaveLength(2)
    }
  })

  it('ends such a message in time where the text comes to no end at all', async () => {
    const world = streaming()
    const delivery = world.answer('a')
    for (let second = 0; second < 320; second++) {
      delivery.write('abcd')
      await world.clock.advance(1_000)
    }
    await world.clock.run(delivery.finish())
    expect(world.texts('a').join('')).toBe('abcd'.repeat(320))
    expect(world.texts('a')).toHaveLength(2)
    const results = new Set(world.platform.ledger.map(({ result }) => result))
    expect(results).toEqual(new Set(['done']))
  })

  it('is edited once its stream is over', async () => {
    const mishaps = [null, 'over'] as const
    let calls = 0
    const world = streaming({
      streams: { lifeMs: LIFE_MS, ways: () => ['stream', 'edit'], mishap: () => mishaps[calls++] ?? null },
    })
    await world.clock.run(world.stream(world.answer('a'), words(40), 50))
    expect(kinds(world).slice(0, 4)).toEqual(['stream', 'append', 'append', 'edit'])
    expect(world.texts('a')).toEqual([words(40).join('').trim()])
  })

  it('takes nothing back where the platform finds it too long', async () => {
    const mishaps = [null, 'too_long'] as const
    let calls = 0
    const world = streaming({
      streams: { lifeMs: LIFE_MS, ways: () => ['stream', 'edit'], mishap: () => mishaps[calls++] ?? null },
    })
    await world.clock.run(world.stream(world.answer('a'), [0, 1, 2, 3].map(ten), 300))
    expect(world.texts('a')).toHaveLength(2)
    expect(world.texts('a').join(' ')).toBe(words(40).join('').trim())
    expect(world.platform.takenBack).toEqual([])
  })

  it('ends in time also where no more than its end was kept', async () => {
    const minute = (bucket: string, limit: number) => ({ bucket, limit, windowMs: 60_000 })
    const world = streaming({
      buckets: [minute('append', 100), minute('stop', 3), minute('stream', 3), minute('edit', 1)],
      spends: (kind, bucket) => kind === bucket,
    })
    const all = ['a', 'b', 'c'].map((name) => world.stream(world.answer(name), words(330), 1_000))
    const ends = await world.clock.run(Promise.all(all))
    expect(ends.every(({ result }) => result.kind === 'shown')).toBe(true)
    for (const name of ['a', 'b', 'c']) {
      expect(world.texts(name)).toHaveLength(2)
      expect(world.texts(name).join(' ')).toBe(words(330).join('').trim())
    }
    const results = new Set(world.platform.ledger.map(({ result }) => result))
    expect(results).toEqual(new Set(['done']))
  })

  it('spends what its end costs, not what was waited for when there was more to come', async () => {
    const few = (bucket: string, limit: number) => ({ bucket, limit, windowMs: 10_000 })
    const world = streaming({
      message: 60,
      buckets: [few('append', 1), few('stop', 1), few('stream', 9), few('edit', 9), few('send', 9)],
      spends: (kind, bucket) => kind === bucket,
    })
    const delivery = world.answer('a')
    for (const delta of ['one ', 'two ', 'three ', words(14).join('')]) {
      delivery.write(delta)
      await world.clock.advance(1_000)
    }
    await world.clock.advance(8_000)
    await world.clock.run(delivery.finish())
    expect(kinds(world).filter((kind) => kind === 'stop').length).toBeGreaterThan(0)
    expect(world.platform.ledger.filter(({ result }) => result === 'refused')).toEqual([])
    expect(world.texts('a').join(' ')).toBe(`one two three ${words(14).join('')}`.trim())
  })

  it.each([
    ['streams', ['stream', 'edit'] as const],
    ['edits', ['edit'] as const],
  ])(
    'goes on in the next message by %s as soon as one is full, though a preview of it waits',
    async (_, ways) => {
      const minute = (bucket: string, limit: number) => ({ bucket, limit, windowMs: 60_000 })
      const world = streaming({
        message: 300,
        streams: { lifeMs: LIFE_MS, ways: () => ways },
        buckets: [minute('append', 1), minute('stop', 9), minute('stream', 9), minute('edit', 6)],
        spends: (kind, bucket) => kind === bucket,
      })
      const delivery = world.answer('a')
      delivery.write('one ')
      await world.clock.advance(500)
      for (let turn = 0; turn < 2; turn++) {
        delivery.write('two ')
        await world.clock.advance(1_000)
      }
      expect(world.texts('a')).toHaveLength(1)
      for (const word of words(90)) delivery.write(word)
      await world.clock.advance(500)
      expect(world.texts('a').length).toBeGreaterThan(1)
      await world.clock.run(delivery.finish())
      expect(world.texts('a').join(' ')).toBe(`one two two ${words(90).join('')}`.trim())
    },
  )

  it('gives up when the platform names another way again and again', async () => {
    const world = streaming()
    Object.assign(world.platform, { edit: async () => ({ kind: 'other_way' }) })
    const { result } = await world.clock.run(world.stream(world.answer('a'), words(4), 50))
    expect(result).toMatchObject({ kind: 'given_up', why: { kind: 'failed' } })
  })

  it('is edited after a restart, and only a new message streams again', async () => {
    const world = streaming({ message: 60 })
    const first = world.answer('a')
    first.write(words(4).join(''))
    await world.clock.advance(1_000)
    const draft = world.saved.get('a')?.at(-1) ?? []
    const from = world.platform.ledger.length
    await world.clock.run(world.stream(world.answer('a', { draft }), words(12), 50))
    const made = kinds(world).slice(from)
    expect(made.slice(0, 2)).toEqual(['append', 'edit'])
    expect(made).toContain('stream')
  })
})

describe('where nothing may be shown before it is whole', () => {
  it('there is one message at the end', async () => {
    const world = streaming({ streams: { lifeMs: LIFE_MS, ways: () => [] } })
    await world.clock.run(world.stream(world.answer('a'), words(40), 50))
    expect(kinds(world)).toEqual(['send'])
    expect(world.texts('a')).toEqual([words(40).join('').trim()])
  })
})

describe('any answer, streamed', () => {
  const answers = fc
    .array(markdown, { minLength: 1, maxLength: 14, size: 'max' })
    .map((blocks) => blocks.join('\n\n').slice(0, 40_000).toWellFormed().replaceAll('\ufffd', '').trim())
  const mishaps = fc.array(
    fc.constantFrom('over' as const, 'too_long' as const, null, null, null, null, null),
    {
      minLength: 1,
      maxLength: 40,
    },
  )
  const faults = fc.array(
    fc.constantFrom<(Fault | null)[]>(
      'lost_reply',
      'lost_request',
      'not_sent',
      ...Array<null>(12).fill(null),
    ),
    { minLength: 1, maxLength: 40 },
  )

  it('is shown as the model wrote it, each message once, whatever happens to the streams', async () => {
    const seen = { several: 0, appended: 0 }
    await fc.assert(
      fc.asyncProperty(
        answers,
        fc.record({
          length: fc.integer({ min: 40, max: 900 }),
          everyMs: fc.constantFrom(0, 60, 7_000, 60_000),
          message: fc.constantFrom(400, 2_000, 9_000),
          latencies: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 9 }),
          scarce: fc.boolean(),
        }),
        mishaps,
        faults,
        async (text, given, mishapsOf, faultsOf) => {
          const [mishap, fault] = [cycleOf(mishapsOf), cycleOf(faultsOf)]
          const minute = (bucket: string, limit: number) => ({ bucket, limit, windowMs: 60_000 })
          const world = streaming({
            message: given.message,
            latency: cycle(given.latencies),
            streams: { lifeMs: LIFE_MS, ways: () => ['stream', 'edit'], mishap },
            fault: () => fault(),
            ...(given.scarce && {
              buckets: [minute('stream', 4), minute('stop', 4), minute('append', 10), minute('edit', 6)],
              spends: (kind, bucket) => kind === bucket,
            }),
          })
          const delivery = world.answer('a')
          for (let at = 0; at < text.length; at += given.length) {
            delivery.write(text.slice(at, at + given.length))
            await world.clock.advance(given.everyMs)
          }
          const result = await world.clock.run(delivery.finish())
          await world.clock.runUntilIdle()
          const parts = world.platform.visible()
          const nonces = parts.map(({ nonce }) => nonce)
          expect(new Set(nonces).size).toBe(nonces.length)
          expect(world.platform.takenBack).toEqual([])
          expect(world.platform.most.sideBySide).toBe(1)
          expect(world.platform.ledger.filter((entry) => entry.result === 'refused')).toEqual([])
          expect(result.text).toBe(text)
          if (result.kind === 'given_up') {
            expect(result.why.kind).toMatch(/failed|limited/)
            return
          }
          const messages = parts.map(({ part }) => part.markdown)
          expect(shownLength(messages, text)).toBe(text.length)
          if (messages.length > 1) seen.several++
          if (kinds(world).includes('append')) seen.appended++
        },
      ),
      { numRuns: runs(60, 3_000), endOnFailure: true },
    )
    expect(seen.several).toBeGreaterThan(5)
    expect(seen.appended).toBeGreaterThan(12)
  }, 60_000)
})

const cycleOf = <T>(values: readonly (T | null)[]): (() => T | null) => {
  let turn = 0
  return () => values[turn++ % values.length] ?? null
}
