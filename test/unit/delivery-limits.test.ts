import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RateBudget } from '../../src/ports/outcome.ts'
import { thread } from '../fakes/rate-limited-platform.ts'
import { cycle, refused, runs, schedule, whole, words } from './delivery-samples.ts'
import { createWorld } from './delivery-world.ts'

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
