import { describe, expect, it } from 'vitest'

import { createWorld } from './delivery-world.ts'
import { budget, desk, names, never, times } from './pacer-desk.ts'

describe('previews', () => {
  it('leave what the final texts will need, and are spread over the window', async () => {
    const at = desk()
    const budgets = [budget('b', 5, 5000)]
    at.seat.owe(budgets, 1)
    for (let turn = 0; turn < 5; turn++) {
      await at.clock.run(at.call('preview', { budgets, rank: 'preview' }, { seat: at.seat }))
      const final = at.pacer.enter('test')
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
    for (let answer = 0; answer < 20; answer++) at.pacer.enter('test').owe(budgets, 1)
    void at.call('preview', { budgets, rank: 'preview' })
    void at.call('first', { budgets, rank: 'first', later: budgets })
    void at.call('final', { budgets })
    await at.clock.advance(60_000)
    expect(names(at)).toEqual(['final'])
  })

  it('come again when the others have left', async () => {
    const at = desk()
    const budgets = [budget('b', 5, 5000)]
    const crowd = Array.from({ length: 20 }, () => at.pacer.enter('test'))
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
    for (let answer = 0; answer < 6; answer++) at.pacer.enter('test').owe(posts, 1)
    void at.call('first', { budgets: posts, rank: 'first', later: edits })
    await at.clock.flush()
    expect(names(at)).toEqual(['first'])
  })

  it('reckon with the time that answers take to write, not with their waits', async () => {
    const fault = (_: unknown, call: number) => (call === 0 ? ('refused' as const) : null)
    const world = createWorld({ fault, retryAfter: () => 60_000 })
    const waiting = Array.from({ length: 60 }, (_, index) => world.answer(`a${index}`))
    await world.clock.run(Promise.all(waiting.map((each) => world.stream(each, ['Yes.'], 100))))
    expect(world.clock.elapsed()).toBeGreaterThanOrEqual(60_000)
    const budgets = [budget('b', 5, 5000)]
    for (let answer = 0; answer < 20; answer++) world.pacer.enter('rated').owe(budgets, 1)
    let first = false
    const wish = { rank: 'first', budgets, later: budgets } as const
    void world.pacer
      .enter('rated')
      .take(wish, never)
      .then(() => {
        first = true
      })
    await world.clock.flush()
    expect(first).toBe(false)
  })
})
