import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cycle, refused, runs, schedule, whole, words } from './delivery-samples.ts'
import { createWorld, type World } from './delivery-world.ts'

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
