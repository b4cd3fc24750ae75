import { describe, expect, it } from 'vitest'
import type { Outcome } from '../../src/ports/outcome.ts'

import { budget, desk, names, sent, times } from './pacer-desk.ts'

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

  it.each([3_600_001, 99_999_999_000, Number.POSITIVE_INFINITY, Number.NaN, -1])(
    'is no news where it resets after %d ms: that closes nothing',
    async (resetAfterMs) => {
      const at = desk()
      const budgets = [budget('b', 5)]
      await at.call('a', { budgets }, { outcome: sent([{ bucket: 'b', remaining: 0, resetAfterMs }]) })
      void at.call('b', { budgets })
      await at.clock.advance(0)
      expect(names(at)).toEqual(['a', 'b'])
    },
  )

  it.each([300_000, 600_000])('holds for a window of %d ms', async (resetAfterMs) => {
    const at = desk()
    const budgets = [budget('b', 5, 5000)]
    await at.call('a', { budgets }, { outcome: sent([{ bucket: 'b', remaining: 0, resetAfterMs }]) })
    void at.call('b', { budgets })
    await at.clock.runUntilIdle()
    expect(times(at)).toEqual([0, resetAfterMs])
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

  it('counts once in a row with those that were under way when it was refused', async () => {
    const at = desk()
    const budgets = [budget('a', 50), budget('all', 50)]
    for (let call = 0; call < 8; call++)
      void at.call('refused', { budgets }, { tookMs: 50 + call * 10, outcome: limited(1000, 'all') })
    await at.clock.advance(200)
    void at.call('next', { budgets })
    await at.clock.runUntilIdle()
    expect(at.served.at(-1)).toEqual({ name: 'next', at: 1120 })
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
