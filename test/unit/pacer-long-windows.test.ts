import { describe, expect, it } from 'vitest'
import { createWorld } from './delivery-world.ts'
import { budget, desk, names, never, sent } from './pacer-desk.ts'

const MINUTE_MS = 60_000
const minute = (bucket: string, limit: number) => [budget(bucket, limit, MINUTE_MS)]
const failed = { kind: 'not_sent', cause: new Error('refused') } as const

describe('previews from a bucket by the minute', () => {
  it('go on as soon as time alone frees what was kept for others', async () => {
    const at = desk()
    const edit = minute('edit', 50)
    const previews: number[] = []
    for (let index = 0; index < 10; index++) {
      await at.clock.advance(1_000)
      const seat = at.pacer.enter('test')
      const post = [budget(`post ${index}`, 1)]
      await at.call('first', { rank: 'first', budgets: post, later: edit }, { seat })
      seat.owe(edit, 1)
      const grow = async (): Promise<void> => {
        for (;;) {
          const grant = await seat.take({ rank: 'preview', budgets: edit }, never)
          previews.push(at.clock.elapsed())
          await at.clock.sleep(40)
          grant.settle(sent())
        }
      }
      void grow()
    }
    for (let passed = 0; passed < 10; passed++) {
      const before = previews.length
      await at.clock.advance(MINUTE_MS)
      // 50 a minute, less ten ends and what is kept for those who come out of nowhere.
      expect(previews.length - before).toBeGreaterThan(15)
      expect(previews.length - before).toBeLessThanOrEqual(40)
    }
  })
})

describe('what is kept in a bucket by the minute', () => {
  it('is one end an answer also when its first call failed and it took another way', async () => {
    const at = desk()
    const [stop, edit] = [minute('stop', 2), minute('edit', 2)]
    const [stream, post] = [minute('stream', 1), [budget('post', 1)]]
    const or = [{ budgets: post, later: edit }]
    const [own, other] = [at.seat, at.pacer.enter('test')]
    await at.call('own', { rank: 'first', budgets: stream, later: stop, or }, { seat: own, outcome: failed })
    await at.call('own again', { rank: 'first', budgets: stream, later: stop, or }, { seat: own })
    void at.call('by stop', { rank: 'first', budgets: [budget('a', 1)], later: stop }, { seat: other })
    void at.call('more by stop', { rank: 'first', budgets: [budget('b', 1)], later: stop })
    await at.clock.flush()
    expect(names(at)).toEqual(['own', 'own again', 'by stop', 'more by stop'])
  })

  it('is what an answer owes, and the answer may spend it', async () => {
    const at = desk()
    const edit = minute('edit', 1)
    at.seat.owe([budget('post', 1)], 1, edit)
    void at.call('preview', { rank: 'preview', budgets: edit })
    void at.call('other', { rank: 'first', budgets: [budget('other', 1)], later: edit })
    await at.clock.advance(1_000)
    expect(names(at)).toEqual([])
    void at.call('own', { rank: 'first', budgets: edit, later: edit, owed: true }, { seat: at.seat })
    await at.clock.flush()
    expect(names(at)).toEqual(['own'])
  })

  it('for those to be expected is not more because an answer has many messages', async () => {
    const at = desk()
    const edit = minute('edit', 20)
    for (let index = 0; index < 12; index++) {
      await at.clock.advance(1_000)
      const first = { rank: 'first', budgets: [budget('post', 5)], later: edit } as const
      await at.call('first', first, { seat: at.seat })
      at.seat.owe(edit, 1)
      at.seat.owe([budget('post', 5)], 1)
    }
    void at.call('preview', { rank: 'preview', budgets: edit }, { seat: at.seat })
    await at.clock.advance(4_000)
    expect(names(at).at(-1)).toBe('preview')
  })
})

describe('a bucket by the minute that was once refused', () => {
  it('is whole again within three minutes of use', async () => {
    const at = desk()
    const budgets = minute('edit', 50)
    await at.call('refused', { budgets }, { outcome: { kind: 'limited', retryAfterMs: 1_000 } })
    for (let second = 0; second < 181; second++) {
      await at.clock.advance(1_000)
      void at.call('used', { budgets })
    }
    await at.clock.advance(10 * MINUTE_MS)
    const before = names(at).length
    for (let call = 0; call < 60; call++) void at.call('many', { budgets })
    await at.clock.flush()
    expect(names(at).length - before).toBe(50)
  })
})

describe('words of Parley’s own', () => {
  it('say nothing of how long answers take', async () => {
    const before = await previewsBeside(0)
    expect(await previewsBeside(100)).toBe(before)
  })

  /** How often an answer is seen to grow after `told` short words were said elsewhere. */
  async function previewsBeside(told: number): Promise<number> {
    const world = createWorld({ buckets: minute('all', 40), latency: () => 20 })
    const elsewhere = createWorld({ buckets: [budget('elsewhere', 4_000)] })
    for (let index = 0; index < told; index++) {
      const delivery = world.answer(`told ${index}`, { platform: elsewhere.platform })
      delivery.write('Done.')
      await world.clock.run(delivery.finish())
    }
    const all = ['a', 'b', 'c', 'd'].map((name) =>
      world.stream(world.answer(name), Array(80).fill('word '), 100),
    )
    await world.clock.run(Promise.all(all))
    return world.platform.ledger.filter(({ kind }) => kind === 'edit').length
  }
})
