import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Grant } from '../../src/reply/seat.ts'

import { budget, desk, names, never, sent, times } from './pacer-desk.ts'

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
            .enter('test')
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
    const [greedy, modest] = [at.pacer.enter('test'), at.pacer.enter('test')]
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

  it('is for good: what is said to be owed afterwards counts for nobody', async () => {
    const at = desk()
    const budgets = [budget('b', 5, 5000)]
    for (let answer = 0; answer < 20; answer++) {
      const seat = at.pacer.enter('test')
      seat.leave()
      seat.owe(budgets, 1)
    }
    void at.call('preview', { budgets, rank: 'preview' })
    await at.clock.flush()
    expect(names(at)).toEqual(['preview'])
  })

  it('leaves no bucket behind that nobody uses any more', async () => {
    const at = desk()
    for (let thread = 0; thread < 500; thread++) {
      const seat = at.pacer.enter('test')
      seat.owe([budget(`thread ${thread}`, 5)], 1)
      await at.call('x', { budgets: [budget(`thread ${thread}`, 5)] }, { seat })
      seat.leave()
      await at.clock.advance(1000)
    }
    expect(at.pacer.size().buckets).toBeLessThan(80)
  })
})
