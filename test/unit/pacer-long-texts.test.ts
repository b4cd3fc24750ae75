import { describe, expect, it } from 'vitest'
import { words } from './delivery-samples.ts'
import { createWorld } from './delivery-world.ts'
import { budget, desk, names } from './pacer-desk.ts'

describe('who goes first when a whole text takes many messages', () => {
  const budgets = [budget('b', 1)]

  it('is a text that one call makes whole, then others in turn, then a preview', async () => {
    const at = desk()
    const [long, other] = [at.pacer.enter('test'), at.pacer.enter('test')]
    void at.call('taken', { budgets })
    void at.call('preview', { budgets, rank: 'preview' })
    void at.call('long 1', { budgets, rank: 'further' }, { seat: long }).then(() => {
      void at.call('long 2', { budgets, rank: 'further' }, { seat: long })
    })
    void at.call('other', { budgets, rank: 'first', later: budgets }, { seat: other })
    void at.call('final', { budgets })
    await at.clock.runUntilIdle()
    expect(names(at)).toEqual(['taken', 'final', 'long 1', 'other', 'long 2', 'preview'])
  })

  it('is nobody else where the same bucket carries a long text alone', async () => {
    const at = desk()
    at.seat.owe(budgets, 500)
    const other = at.pacer.enter('test')
    other.owe(budgets, 1)
    void at.call('first', { budgets, rank: 'first', later: budgets }, { seat: other })
    await at.clock.flush()
    expect(names(at)).toEqual(['first'])
  })
})

describe('what a long text still has to edit', () => {
  it('holds up nobody’s first text that is sent from another bucket', async () => {
    const at = desk()
    const [posts, edits] = [[budget('post', 50)], [budget('edit', 5, 5000)]]
    at.seat.owe(edits, 500)
    void at.call('first', { budgets: posts, rank: 'first', later: edits })
    await at.clock.flush()
    expect(names(at)).toEqual(['first'])
  })
})

describe('an answer of a hundred messages in a bucket of one call a second', () => {
  const scarce = { message: 40, buckets: [budget('all', 1)], latency: () => 80 }

  it('keeps no other from its first words for longer than two calls', async () => {
    const world = createWorld(scarce)
    const long = world.answer('long')
    long.write(words(600).join(''))
    void long.finish()
    await world.clock.advance(3000)
    const short = world.answer('short')
    const began = world.clock.now()
    short.write('hello there ')
    await world.clock.advance(5000)
    expect((short.stats.firstShownAt ?? Number.POSITIVE_INFINITY) - began).toBeLessThanOrEqual(2 * 1080 + 80)
    await world.clock.runUntilIdle()
    expect(world.texts('long').length).toBeGreaterThan(100)
    expect(world.texts('long').join(' ')).toBe(words(600).join('').trim())
  })

  it('lets a text of one message pass within its bucket’s wait and the call under way', async () => {
    for (const offset of [0, 40, 500, 1070]) {
      const world = createWorld(scarce)
      const long = world.answer('long')
      long.write(words(600).join(''))
      void long.finish()
      const short = world.answer('short')
      await world.clock.advance(10_000 + offset)
      const { lag } = await world.clock.run(world.stream(short, ['Yes.'], 0))
      expect(lag).toBeLessThanOrEqual(1000 + 2 * 80)
    }
  })

  it('takes turns with another of its kind', async () => {
    const world = createWorld(scarce)
    for (const name of ['a', 'b']) {
      const each = world.answer(name)
      each.write(words(300).join(''))
      void each.finish()
    }
    await world.clock.advance(40_000)
    expect(Math.abs(world.texts('a').length - world.texts('b').length)).toBeLessThanOrEqual(1)
  })
})

describe('two platforms', () => {
  it('have buckets of their own, though of one name', async () => {
    const at = desk()
    const [one, other] = [at.pacer.enter('one'), at.pacer.enter('other')]
    const [slow, fast] = [[budget('global', 1, 60_000)], [budget('global', 50)]]
    void at.call('slow', { budgets: slow }, { seat: one })
    void at.call('slow again', { budgets: slow }, { seat: one })
    for (let turn = 0; turn < 3; turn++) void at.call('fast', { budgets: fast }, { seat: other })
    await at.clock.advance(59_999)
    expect(names(at)).toEqual(['slow', 'fast', 'fast', 'fast'])
  })
})
