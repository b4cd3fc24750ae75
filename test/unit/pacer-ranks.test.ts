import { describe, expect, it } from 'vitest'
import type { RateBudget } from '../../src/ports/outcome.ts'
import { callAside } from '../../src/reply/aside.ts'
import { createWorld, unopened } from './delivery-world.ts'
import { budget, desk, names, never, sent, times } from './pacer-desk.ts'

const budgets = [budget('b', 1)]

describe('the way to an answer', () => {
  it('is behind final texts, and before first words and what nobody waits for', async () => {
    const at = desk()
    void at.call('taken', { budgets })
    void at.call('preview', { budgets, rank: 'preview' })
    void at.call('aside', { budgets, rank: 'aside' })
    void at.call('open', { budgets, rank: 'needed' })
    void at.call('first', { budgets, rank: 'first' })
    void at.call('final', { budgets })
    await at.clock.runUntilIdle()
    expect(names(at)).toEqual(['taken', 'final', 'open', 'first', 'aside', 'preview'])
  })

  it('takes what is free, however much is owed', async () => {
    const at = desk()
    const full = [budget('b', 5, 5000)]
    for (let answer = 0; answer < 100; answer++) at.pacer.enter('test').owe(full, 1)
    for (let turn = 0; turn < 5; turn++) void at.call('open', { budgets: full, rank: 'needed' })
    await at.clock.flush()
    expect(names(at)).toHaveLength(5)
  })

  it('counts as owed until the place is open', async () => {
    const at = desk()
    const [all, opens] = [budget('all', 3), budget('open', 5)]
    at.seat.owe([all], 1, [opens, all])
    expect(at.pacer.enter('test').spare([all])).not.toBeNull()
    expect(at.pacer.enter('test').spare([all])).toBeNull()
    expect(at.pacer.enter('test').spare([opens])).not.toBeNull()
    at.seat.owe([all], 1)
    expect(at.pacer.enter('test').spare([all])).not.toBeNull()
  })

  it('waits for its own limit, and heeds what an opening was told', async () => {
    const opens: RateBudget = { bucket: 'open', limit: 1, windowMs: 5_000 }
    const world = createWorld({
      buckets: [opens],
      spends: (kind) => kind === 'open',
      opens: true,
    })
    const tried: number[] = []
    const ways = ['a', 'b', 'c'].map((name) =>
      world.answer(name, {
        place: unopened(async (signal) => {
          tried.push(world.clock.elapsed())
          if (tried.length === 1) return { kind: 'limited', retryAfterMs: 9_000, bucket: 'open' }
          return world.platform.openPlace(
            {
              conversation: { platform: 'rated', workspace: 'w', channel: 'c', thread: name },
              root: null,
              direct: false,
            },
            '',
            signal,
          )
        }),
      }),
    )
    await world.clock.run(Promise.all(ways.map((each) => world.stream(each, ['Hi.'], 0))))
    expect(tried).toHaveLength(4)
    expect(tried[1]).toBeGreaterThanOrEqual(9_000)
    expect(world.platform.ledger.filter(({ result }) => result === 'refused')).toEqual([])
  })
})

describe('a lost send', () => {
  it('is looked up as the limits of that allow', async () => {
    const world = createWorld({
      buckets: [{ bucket: 'look', limit: 1, windowMs: 5_000 }],
      spends: (kind) => kind === 'find',
      fault: (kind) => (kind === 'send' ? 'lost_reply' : null),
    })
    const all = ['a', 'b', 'c'].map((name) => world.stream(world.answer(name), ['Hi.'], 0))
    await world.clock.run(Promise.all(all))
    const looks = world.platform.ledger.filter(({ kind }) => kind === 'find').map(({ at }) => at)
    expect(looks).toHaveLength(3)
    expect((looks[2] ?? 0) - (looks[0] ?? 0)).toBeGreaterThanOrEqual(10_000)
  })
})

describe('a call that nobody waits for', () => {
  it('leaves what final texts are expected to need', async () => {
    const at = desk()
    const full = [budget('b', 5, 5000)]
    at.seat.owe(full, 1)
    for (let turn = 0; turn < 5; turn++) void at.call('aside', { budgets: full, rank: 'aside' })
    await at.clock.flush()
    expect(names(at)).toHaveLength(4)
  })

  it('is made at last, in turn with the others', async () => {
    const at = desk()
    void callAside({ pacer: at.pacer, platform: 'test', signal: never }, budgets, async () => {
      at.served.push({ name: 'aside', at: at.clock.elapsed() })
      return sent()
    })
    void at.call('taken', { budgets })
    const busy = async (): Promise<void> => {
      for (let turn = 0; turn < 40; turn++) await at.call('further', { budgets, rank: 'further' })
    }
    void at.call('aside', { budgets, rank: 'aside' })
    void busy()
    void busy()
    await at.clock.runUntilIdle()
    const late = at.served.findLast(({ name }) => name === 'aside')
    expect(late?.at).toBeGreaterThanOrEqual(15_000)
    expect(late?.at).toBeLessThanOrEqual(18_000)
  })

  it('gives its leave back when it fails, and ends its wait with the signal', async () => {
    const at = desk()
    const gone = new AbortController()
    const aside = { pacer: at.pacer, platform: 'test', signal: gone.signal }
    await expect(callAside(aside, budgets, () => Promise.reject(new Error('reset')))).rejects.toThrow('reset')
    const wait = callAside(aside, budgets, async () => sent())
    gone.abort(new Error('stopped'))
    await expect(wait).rejects.toThrow('stopped')
    expect(at.pacer.size()).toMatchObject({ answers: 1, waiting: 0 })
  })
})

describe('a crowd that began together', () => {
  it('is shown more in rounds, with windows between in which nothing is spent', async () => {
    const at = desk()
    const all = [budget('all', 10)]
    const crowd = Array.from({ length: 10 }, () => at.pacer.enter('test'))
    for (const seat of crowd) seat.owe(all, 1)
    const goOn = async (seat: (typeof crowd)[number]): Promise<void> => {
      for (let turn = 0; turn < 3; turn++)
        await at.call('preview', { budgets: all, rank: 'preview' }, { seat, tookMs: 40 })
    }
    await at.clock.run(Promise.all(crowd.map(goOn)))
    expect(times(at)).toEqual([0, 3000, 6000].flatMap((moment) => Array(10).fill(moment)))
  })

  it('that began one after the other is not', async () => {
    const at = desk()
    const all = [budget('all', 10)]
    for (let turn = 0; turn < 10; turn++) {
      at.pacer.enter('test').owe(all, 1)
      await at.clock.advance(1_000)
    }
    for (let turn = 0; turn < 3; turn++)
      await at.clock.run(at.call('preview', { budgets: all, rank: 'preview' }))
    expect((times(at)[2] ?? Number.NaN) - (times(at)[0] ?? 0)).toBeLessThan(1_000)
  })
})
