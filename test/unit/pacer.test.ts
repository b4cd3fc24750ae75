import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Outcome, RateBudget, RateObservation } from '../../src/ports/platform.ts'
import { createPacer, type Grant, type Seat, type Wish } from '../../src/reply/pacer.ts'
import { type SimulatedClock, simulatedClock } from '../fakes/clock.ts'

const never = new AbortController().signal
const budget = (bucket: string, limit: number, windowMs = 1000): RateBudget => ({ bucket, limit, windowMs })
const sent = (rate?: readonly RateObservation[]): Outcome => ({
  kind: 'sent',
  ref: { channel: 'c', id: '1' },
  ...(rate ? { rate } : {}),
})

interface Desk {
  readonly clock: SimulatedClock
  /** Names in the order in which they were let through, and when. */
  readonly served: { name: string; at: number }[]
  readonly seat: Seat
  /** Waits for leave, makes a call of `tookMs` and tells its outcome. */
  call(
    name: string,
    wish: Partial<Wish>,
    options?: { seat?: Seat; tookMs?: number; outcome?: Outcome },
  ): Promise<void>
  readonly pacer: ReturnType<typeof createPacer>
}

function desk(): Desk {
  const clock = simulatedClock()
  const pacer = createPacer({ clock })
  const own = pacer.enter()
  const served: Desk['served'] = []
  return {
    clock,
    pacer,
    served,
    seat: own,
    async call(name, wish, { seat = pacer.enter(), tookMs = 0, outcome = sent() } = {}) {
      const grant = await seat.take({ rank: 'final', budgets: [budget('b', 2)], ...wish }, never)
      served.push({ name, at: clock.elapsed() })
      if (tookMs > 0) await clock.sleep(tookMs)
      grant.settle(outcome)
    },
  }
}

const names = (at: Desk): string[] => at.served.map(({ name }) => name)
const times = (at: Desk): number[] => at.served.map((each) => each.at)

describe('a declared limit', () => {
  it('lets through what it allows at once and the rest when the window has passed', async () => {
    const at = desk()
    for (const name of ['a', 'b', 'c']) void at.call(name, {})
    await at.clock.runUntilIdle()
    expect(times(at)).toEqual([0, 0, 1000])
  })

  it('counts a call from the moment it was answered, for it may have counted as late as that', async () => {
    const at = desk()
    for (const name of ['a', 'b', 'c']) void at.call(name, {}, { tookMs: 300 })
    await at.clock.runUntilIdle()
    expect(times(at)).toEqual([0, 0, 1300])
  })

  it('is not used up by a call that was given back', async () => {
    const at = desk()
    const grants: Grant[] = []
    for (let turn = 0; turn < 5; turn++) {
      const grant = await at.seat.take({ rank: 'final', budgets: [budget('b', 1)] }, never)
      grants.push(grant)
      grant.settle(null)
    }
    expect(at.clock.elapsed()).toBe(0)
  })

  it('holds for each of several buckets', async () => {
    const at = desk()
    for (const name of ['a', 'b', 'c', 'd'])
      void at.call(name, { budgets: [budget(name, 5), budget('all', 2)] })
    await at.clock.runUntilIdle()
    expect(times(at)).toEqual([0, 0, 1000, 1000])
  })

  it('is never exceeded in any window, whatever is asked when', () => {
    const calls = fc.array(
      fc.record({
        afterMs: fc.integer({ min: 0, max: 400 }),
        tookMs: fc.integer({ min: 0, max: 700 }),
        rank: fc.constantFrom('final', 'first', 'preview'),
        buckets: fc.subarray(['x', 'y', 'z'], { minLength: 1 }),
      }),
      { maxLength: 40 },
    )
    const limits = fc.record({
      x: fc.integer({ min: 1, max: 4 }),
      y: fc.integer({ min: 1, max: 3 }),
      z: fc.constant(5),
    })
    return fc.assert(
      fc.asyncProperty(calls, limits, async (list, limit) => {
        const at = desk()
        const hits: Record<'x' | 'y' | 'z', number[]> = { x: [], y: [], z: [] }
        for (const { afterMs, tookMs, rank, buckets } of list) {
          const own = buckets as ('x' | 'y' | 'z')[]
          const budgets = own.map((name) => budget(name, limit[name], 1000))
          void at.pacer
            .enter()
            .take({ rank, budgets }, never)
            .then(async (grant) => {
              await at.clock.sleep(tookMs / 2)
              for (const name of own) hits[name].push(at.clock.elapsed())
              await at.clock.sleep(tookMs / 2)
              grant.settle(sent())
            })
          await at.clock.advance(afterMs)
        }
        await at.clock.advance(120_000)
        for (const name of ['x', 'y', 'z'] as const) {
          const moments = hits[name].sort((a, b) => a - b)
          for (const [index, moment] of moments.entries()) {
            const earlier = moments[index - limit[name]]
            if (earlier !== undefined) expect(moment - earlier).toBeGreaterThanOrEqual(1000)
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('who goes first', () => {
  it('is a final text, then a first text, then a preview', async () => {
    const at = desk()
    const budgets = [budget('b', 1)]
    void at.call('taken', { budgets }, { tookMs: 10 })
    void at.call('preview', { budgets, rank: 'preview' })
    void at.call('first', { budgets, rank: 'first' })
    void at.call('final', { budgets })
    await at.clock.runUntilIdle()
    expect(names(at)).toEqual(['taken', 'final', 'first', 'preview'])
  })

  it('is, among equals, the answer served longest ago', async () => {
    const at = desk()
    const budgets = [budget('b', 1)]
    const [greedy, modest] = [at.pacer.enter(), at.pacer.enter()]
    await at.call('greedy 1', { budgets }, { seat: greedy })
    void at.call('greedy 2', { budgets }, { seat: greedy })
    void at.call('modest', { budgets }, { seat: modest })
    await at.clock.runUntilIdle()
    expect(names(at)).toEqual(['greedy 1', 'modest', 'greedy 2'])
  })

  it('does not hold up those who wait for other buckets', async () => {
    const at = desk()
    void at.call('taken', { budgets: [budget('slow', 1, 60_000), budget('all', 50)] })
    void at.call('blocked', { budgets: [budget('slow', 1, 60_000), budget('all', 50)] })
    void at.call('free', { budgets: [budget('other', 1), budget('all', 50)], rank: 'preview' })
    await at.clock.flush()
    expect(names(at)).toEqual(['taken', 'free'])
  })
})

describe('previews', () => {
  it('leave what the final texts will need, and are spread over the window', async () => {
    const at = desk()
    const budgets = [budget('b', 5, 5000)]
    at.seat.owe(budgets, 1)
    for (let turn = 0; turn < 5; turn++) {
      await at.clock.run(at.call('preview', { budgets, rank: 'preview' }, { seat: at.seat }))
      const final = at.pacer.enter()
      const grant = final.take({ rank: 'final', budgets }, never)
      const [first] = await Promise.race([grant.then((got) => [got]), at.clock.flush().then(() => [null])])
      expect(first).not.toBeNull()
      first?.settle(null)
    }
    expect(times(at)).toEqual([0, 1250, 2500, 3750, 5000])
  })

  it('stop when a bucket has more answers than it can carry, and so do first texts', async () => {
    const at = desk()
    const budgets = [budget('b', 5, 5000)]
    for (let answer = 0; answer < 20; answer++) at.pacer.enter().owe(budgets, 1)
    void at.call('preview', { budgets, rank: 'preview' })
    void at.call('first', { budgets, rank: 'first', later: budgets })
    void at.call('final', { budgets })
    await at.clock.advance(60_000)
    expect(names(at)).toEqual(['final'])
  })

  it('come again when the others have left', async () => {
    const at = desk()
    const budgets = [budget('b', 5, 5000)]
    const crowd = Array.from({ length: 20 }, () => at.pacer.enter())
    for (const seat of crowd) seat.owe(budgets, 1)
    void at.call('preview', { budgets, rank: 'preview' })
    await at.clock.advance(10_000)
    for (const seat of crowd) seat.leave()
    await at.clock.advance(1)
    expect(names(at)).toEqual(['preview'])
  })

  it('let a first text through where only the edits have a bucket of their own', async () => {
    const at = desk()
    const [posts, edits] = [[budget('post', 1)], [budget('edit', 50, 60_000)]]
    for (let answer = 0; answer < 6; answer++) at.pacer.enter().owe(posts, 1)
    void at.call('first', { budgets: posts, rank: 'first', later: edits })
    await at.clock.flush()
    expect(names(at)).toEqual(['first'])
  })
})

describe('what the platform says of its limits', () => {
  it('overrides what was declared', async () => {
    const at = desk()
    const budgets = [budget('b', 5)]
    await at.call(
      'a',
      { budgets },
      { outcome: sent([{ bucket: 'b', remaining: 0, resetAfterMs: 4000, limit: 2 }]) },
    )
    void at.call('b', { budgets })
    await at.clock.runUntilIdle()
    expect(times(at)).toEqual([0, 4000])
  })

  it('is reckoned less the calls that are still under way', async () => {
    const at = desk()
    const budgets = [budget('b', 5, 5000)]
    void at.call('slow', { budgets }, { tookMs: 9000 })
    await at.call('a', { budgets }, { outcome: sent([{ bucket: 'b', remaining: 1, resetAfterMs: 4000 }]) })
    void at.call('b', { budgets })
    await at.clock.advance(3999)
    expect(names(at)).toEqual(['slow', 'a'])
    await at.clock.advance(1)
    expect(names(at)).toEqual(['slow', 'a', 'b'])
  })

  it('is not taken back by an older answer that comes later', async () => {
    const at = desk()
    const budgets = [budget('b', 5, 5000)]
    const rate = (remaining: number) => sent([{ bucket: 'b', remaining, resetAfterMs: 4000 }])
    void at.call('late', { budgets }, { tookMs: 50, outcome: rate(4) })
    await at.call('early', { budgets }, { outcome: rate(0) })
    await at.clock.advance(60)
    void at.call('next', { budgets })
    await at.clock.advance(3900)
    expect(names(at)).toEqual(['late', 'early'])
  })

  it('is followed where it names a bucket that nobody declared', async () => {
    const at = desk()
    const hidden = (remaining: number) => sent([{ bucket: 'hash', remaining, resetAfterMs: 3000, limit: 1 }])
    await at.call('a', { budgets: [budget('b', 50)] }, { outcome: hidden(0) })
    void at.call('b', { budgets: [budget('b', 50)] })
    await at.clock.runUntilIdle()
    expect(times(at)).toEqual([0, 3000])
  })
})

describe('a refused call', () => {
  const limited = (retryAfterMs: number, bucket?: string): Outcome => ({
    kind: 'limited',
    retryAfterMs,
    ...(bucket ? { bucket } : {}),
  })

  it.each([
    ['as long as it is told', 60_000, 60_000],
    ['a little where it is told nothing', 0, 250],
    ['a little where it is told no number', Number.NaN, 250],
    ['a little where it is told nonsense', -5, 250],
  ])('keeps its bucket closed %s', async (_, told, waits) => {
    const at = desk()
    await at.call('a', {}, { outcome: limited(told) })
    void at.call('b', {})
    void at.call('other', { budgets: [budget('other', 1)] })
    await at.clock.runUntilIdle()
    expect(at.served).toEqual([
      { name: 'a', at: 0 },
      { name: 'other', at: 0 },
      { name: 'b', at: waits },
    ])
  })

  it('waits longer each time when it is told nothing', async () => {
    const at = desk()
    for (let turn = 0; turn < 5; turn++) await at.clock.run(at.call('a', {}, { outcome: limited(0) }))
    expect(times(at)).toEqual([0, 250, 750, 1750, 3750])
  })

  it('closes the bucket it names for all who use it', async () => {
    const at = desk()
    await at.call('a', { budgets: [budget('a', 5), budget('all', 50)] }, { outcome: limited(5000, 'all') })
    void at.call('b', { budgets: [budget('b', 5), budget('all', 50)] })
    await at.clock.runUntilIdle()
    expect(times(at)).toEqual([0, 5000])
  })

  it('teaches a lower limit, and what comes through raises it again', async () => {
    const at = desk()
    const budgets = [budget('b', 8)]
    await at.call('refused', { budgets }, { outcome: limited(0) })
    await at.clock.advance(500)
    for (let call = 0; call < 8; call++) void at.call('x', { budgets })
    await at.clock.flush()
    expect(at.served).toHaveLength(1 + 4)
    await at.clock.advance(60_000)
    at.served.length = 0
    for (let round = 0; round < 6; round++) {
      await at.call('y', { budgets })
      await at.clock.advance(1000)
    }
    for (let call = 0; call < 8; call++) void at.call('z', { budgets })
    await at.clock.flush()
    expect(names(at).filter((name) => name === 'z').length).toBeGreaterThan(6)
  })
})

describe('leaving', () => {
  it('ends the wait with the signal, and makes room', async () => {
    const at = desk()
    const budgets = [budget('b', 1, 60_000)]
    await at.call('a', { budgets })
    const gone = new AbortController()
    const wait = at.seat.take({ rank: 'final', budgets }, gone.signal)
    gone.abort(new Error('lease lost'))
    await expect(wait).rejects.toThrow('lease lost')
    await expect(at.seat.take({ rank: 'final', budgets }, gone.signal)).rejects.toThrow('lease lost')
    expect(at.pacer.size().waiting).toBe(0)
    expect(at.clock.sleepers()).toBe(0)
  })

  it('leaves no bucket behind that nobody uses any more', async () => {
    const at = desk()
    for (let thread = 0; thread < 500; thread++) {
      const seat = at.pacer.enter()
      seat.owe([budget(`thread ${thread}`, 5)], 1)
      await at.call('x', { budgets: [budget(`thread ${thread}`, 5)] }, { seat })
      seat.leave()
      await at.clock.advance(1000)
    }
    expect(at.pacer.size().buckets).toBeLessThan(80)
  })
})
