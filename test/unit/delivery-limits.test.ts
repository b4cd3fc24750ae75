import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RateBudget } from '../../src/ports/platform.ts'
import { thread } from '../fakes/rate-limited-platform.ts'
import { createWorld, type World } from './delivery-world.ts'

const words = (count: number, name = 'word'): string[] =>
  Array.from({ length: count }, (_, index) => `${name}${index} `)
const whole = (deltas: readonly string[]): string => deltas.join('').trim()
const refused = (world: World): number =>
  world.platform.ledger.filter(({ result }) => result === 'refused').length

const runs = (short: number): number => (process.env.PARLEY_FAULT === 'full' ? short * 20 : short)

/** Latencies and deltas as they fall, from fast-check's numbers. */
const schedule = fc.record({
  latencies: fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 20 }),
  everyMs: fc.integer({ min: 0, max: 300 }),
  deltas: fc.array(fc.stringMatching(/^[a-z]{1,9}[ .\n]{1,2}$/), { minLength: 1, maxLength: 80 }),
})

const cycle = (values: readonly number[]): (() => number) => {
  let turn = 0
  return () => values[turn++ % values.length] ?? 0
}

describe('any schedule of deltas and limits', () => {
  it('ends with the model’s text, breaks no limit, and lags by the bucket’s wait and the calls under way', () => {
    const limits = fc.record({
      limit: fc.integer({ min: 1, max: 8 }),
      windowMs: fc.constantFrom(500, 1000, 5000),
      reported: fc.boolean(),
    })
    return fc.assert(
      fc.asyncProperty(
        schedule,
        limits,
        async ({ latencies, everyMs, deltas }, { limit, windowMs, reported }) => {
          const buckets: RateBudget[] = [
            { bucket: 'channel:{place}', limit, windowMs },
            { bucket: 'all', limit: 50, windowMs: 1000 },
          ]
          const world = createWorld({ buckets, reported, latency: cycle(latencies) })
          const { lag, result } = await world.clock.run(world.stream(world.answer('a'), deltas, everyMs))
          expect(result.kind).toBe('shown')
          expect(world.texts('a')).toEqual([whole(deltas)])
          expect(refused(world)).toBe(0)
          // One call may be under way when the text is whole, and a bucket of one call has nothing to keep free.
          const ownWait = limit === 1 ? windowMs : 0
          expect(lag).toBeLessThanOrEqual(ownWait + 2 * Math.max(...latencies) + 2)
        },
      ),
      { numRuns: runs(60) },
    )
  })

  it('holds where several answers of several messages share a bucket', () => {
    const shared = fc.record({
      answers: fc.integer({ min: 2, max: 12 }),
      limit: fc.integer({ min: 1, max: 8 }),
      windowMs: fc.constantFrom(500, 1000, 5000),
      reported: fc.boolean(),
      message: fc.constantFrom(60, 300),
    })
    return fc.assert(
      fc.asyncProperty(schedule, shared, async ({ latencies, everyMs, deltas }, given) => {
        const { answers, limit, windowMs, reported, message } = given
        const bucket = { bucket: 'channel', limit, windowMs }
        const world = createWorld({ buckets: [bucket], reported, message, latency: cycle(latencies) })
        const all = Array.from({ length: answers }, (_, index) => world.answer(`a${index}`))
        const ends = await world.clock.run(
          Promise.all(all.map((delivery) => world.stream(delivery, deltas, everyMs))),
        )
        const whenWhole = deltas.length * everyMs
        const calls = world.platform.ledger.filter((entry) => entry.at >= whenWhole).length
        const slowest = Math.max(...latencies)
        for (const index of all.keys())
          expect(world.texts(`a${index}`).join(' ').replace(/\s+/g, ' ')).toBe(
            whole(deltas).replace(/\s+/g, ' '),
          )
        expect(refused(world)).toBe(0)
        // The calls that were still to make, so many a window, and one call under way before each of them.
        const windows = Math.ceil(calls / limit) + 1
        for (const { lag } of ends) expect(lag).toBeLessThanOrEqual(windows * (windowMs + 2 * slowest) + 2)
      }),
      { numRuns: runs(25) },
    )
  })
})

describe('many answers in one bucket', () => {
  const bucket = { bucket: 'channel', limit: 5, windowMs: 5000 }

  async function together(answers: number, buckets: readonly RateBudget[] = [bucket]) {
    const world = createWorld({ buckets, latency: () => 80 })
    const all = Array.from({ length: answers }, (_, index) => world.answer(`a${index}`))
    const ends = await world.clock.run(Promise.all(all.map((each) => world.stream(each, words(200), 50))))
    const calls = all.map(({ stats }) => stats.sends + stats.edits)
    return { world, ends, calls, each: calls.reduce((sum, count) => sum + count, 0) / answers }
  }

  it('spend fewer calls each, down to the final text alone, and all of it is shown', async () => {
    const alone = await together(1)
    const some = await together(3)
    const crowd = await together(50)
    expect(alone.each).toBeGreaterThan(6)
    expect(some.each).toBeLessThan(alone.each / 2)
    expect(crowd.calls).toEqual(Array.from({ length: 50 }, () => 1))
    expect(crowd.ends.every(({ result }) => result.kind === 'shown')).toBe(true)
    expect(crowd.world.platform.visible().every(({ part }) => part.markdown === whole(words(200)))).toBe(true)
    expect(refused(crowd.world)).toBe(0)
  })

  it('are done as soon as the bucket can carry one call for each', async () => {
    const { ends } = await together(50)
    const needed = (50 / bucket.limit) * (bucket.windowMs + 80)
    expect(Math.max(...ends.map(({ lag }) => lag))).toBeLessThanOrEqual(needed)
  })

  it('get the same number of previews each', async () => {
    const { calls } = await together(8, [{ bucket: 'channel', limit: 20, windowMs: 1000 }])
    expect(Math.min(...calls)).toBeGreaterThan(3)
    expect(Math.max(...calls) - Math.min(...calls)).toBeLessThanOrEqual(2)
  })

  it('do not hold up a short answer behind the previews of long ones', async () => {
    const world = createWorld({ buckets: [bucket], latency: () => 80 })
    void world.stream(world.answer('long'), words(1000), 50)
    await world.clock.advance(7300)
    const { lag } = await world.clock.run(world.stream(world.answer('short'), ['Yes.'], 20))
    expect(lag).toBeLessThanOrEqual(300)
    expect(world.texts('short')).toEqual(['Yes.'])
  })
})

describe('R7: replies to sends are lost', () => {
  it('shows at most one message for each, whichever are lost', () => {
    const faults = fc.array(fc.constantFrom('lost_reply', 'lost_request', 'late_request', null, null), {
      minLength: 1,
      maxLength: 12,
    })
    return fc.assert(
      fc.asyncProperty(faults, schedule, fc.boolean(), async (plan, { latencies, everyMs, deltas }, long) => {
        let calls = 0
        const world = createWorld({
          message: long ? 80 : 2000,
          latency: cycle(latencies),
          fault: () => plan[calls++] ?? null,
        })
        const { result } = await world.clock.run(world.stream(world.answer('a'), deltas, everyMs))
        await world.clock.runUntilIdle()
        const nonces = world.platform.visible().map(({ nonce }) => nonce)
        expect(new Set(nonces).size).toBe(nonces.length)
        if (result.kind === 'given_up') {
          // Five calls in a row without a reply are the end of it.
          expect(plan.map((fault) => (fault ? 'x' : ' ')).join('')).toContain('xxxxx')
          return
        }
        expect(world.texts('a').join(' ').replace(/\s+/g, ' ')).toBe(whole(deltas).replace(/\s+/g, ' '))
      }),
      { numRuns: runs(60) },
    )
  })

  it('sends nothing twice where nobody can look it up', async () => {
    let calls = 0
    const world = createWorld({ finds: false, fault: () => (calls++ === 0 ? 'lost_reply' : null) })
    await world.clock.run(world.stream(world.answer('a'), words(40), 30))
    const shown = world.texts('a').join('\n')
    for (const word of words(40)) expect(shown.split(new RegExp(`\\b${word.trim()}\\b`))).toHaveLength(2)
  })
})

describe('R8: a storm of refusals', () => {
  it.each([
    ['0', () => 0],
    ['1 s', () => 1000],
    ['60 s', () => 60_000],
    ['missing', () => Number.NaN],
    ['garbage', () => -1e9],
    ['what is left', (ms: number) => ms],
  ])(
    'is weathered by 50 threads when Retry-After is %s: never early, every text whole',
    async (_, retryAfter) => {
      const enforced = [
        { bucket: 'thread:{place}', limit: 2, windowMs: 5000 },
        { bucket: 'all', limit: 10, windowMs: 1000 },
      ]
      const declared = [
        { bucket: 'thread:{place}', limit: 5, windowMs: 5000 },
        { bucket: 'all', limit: 50, windowMs: 1000 },
      ]
      const world = createWorld({ buckets: enforced, declared, latency: () => 60, retryAfter })
      const all = Array.from({ length: 50 }, (__, index) => world.answer(`t${index}`))
      const ends = await world.clock.run(Promise.all(all.map((each) => world.stream(each, words(60), 50))))
      expect(ends.every(({ result }) => result.kind === 'shown')).toBe(true)
      for (const index of all.keys()) expect(world.texts(`t${index}`)).toEqual([whole(words(60))])
      const asked = retryAfter(0)
      if (asked > 0) expectNoneEarly(world, asked)
      expect(world.pacer.size()).toMatchObject({ answers: 0, waiting: 0 })
      expect(world.pacer.size().buckets).toBeLessThanOrEqual(52)
      expect(refused(world)).toBeLessThan(50 * 12)
    },
  )

  /** After a refusal in a thread, nothing is sent there before it was told to. */
  function expectNoneEarly(world: World, askedMs: number): void {
    for (let index = 0; index < 50; index++) {
      const own = world.platform.ledger.filter(
        (entry) => entry.place === `t${index}` || entry.message === `t${index}:0`,
      )
      for (const [turn, entry] of own.entries()) {
        const next = own[turn + 1]
        if (entry.result === 'refused' && next) expect(next.at - entry.at).toBeGreaterThanOrEqual(askedMs)
      }
    }
  }
})

describe('a place of its own', () => {
  it('is not slowed by refusals in another', async () => {
    const world = createWorld({
      buckets: [{ bucket: 'thread:{place}', limit: 5, windowMs: 5000 }],
      fault: (kind, call) => (kind === 'send' && call === 0 ? 'refused' : null),
      retryAfter: () => 60_000,
    })
    void world.stream(world.answer('refused'), words(3), 0)
    await world.clock.advance(10)
    const { lag } = await world.clock.run(world.stream(world.answer('free'), words(3), 0))
    expect(lag).toBeLessThan(100)
    expect(world.platform.visible(thread('free'))).toHaveLength(1)
  })
})
