import { pino } from 'pino'
import { describe, expect, it } from 'vitest'
import { type Fetched, fetchGap, type Gap } from '../../adapters/discord/catch-up/fetching.ts'
import { createRounds } from '../../adapters/discord/catch-up/rounds.ts'
import { createStubborn } from '../../adapters/discord/catch-up/stubborn.ts'
import { createLine } from '../../adapters/discord/hearing/line.ts'
import type { Fate } from '../../adapters/discord/hearing/taking.ts'
import { simulatedClock } from '../fakes/clock.ts'

const gap = (channel: string, after = 10n): Gap => ({ channel, guild: null, after, known: after })

function world(fetch: (gap: Gap) => Promise<Fetched>) {
  const clock = simulatedClock()
  const over = new AbortController()
  const fetched: { channel: string; after: bigint; at: number }[] = []
  const rounds = createRounds({
    fetch: (one) => {
      fetched.push({ channel: one.channel, after: one.after, at: clock.elapsed() })
      return fetch(one)
    },
    clock,
    log: pino({ level: 'silent' }),
    signal: over.signal,
  })
  return { clock, rounds, fetched, stop: () => over.abort(new Error('over')) }
}

const failed: Fetched = { kind: 'failed', cause: new Error('502'), silent: true, reached: 10n }

describe('the gaps that wait', () => {
  it('are filled one at a time, the one that somebody waits for first', async () => {
    const gates = new Map<string, PromiseWithResolvers<Fetched>>()
    const { clock, rounds, fetched } = world(({ channel }) => {
      const gate = Promise.withResolvers<Fetched>()
      gates.set(channel, gate)
      return gate.promise
    })
    for (const channel of ['a', 'b', 'c']) rounds.add(gap(channel), () => undefined)
    void rounds.work()
    await clock.flush()
    expect(fetched.map(({ channel }) => channel)).toEqual(['a'])
    let waited = false
    void rounds.before('c')?.then(() => {
      waited = true
    })
    gates.get('a')?.resolve({ kind: 'done' })
    await clock.flush()
    expect(fetched.map(({ channel }) => channel)).toEqual(['a', 'c'])
    expect(waited).toBe(false)
    gates.get('c')?.resolve({ kind: 'done' })
    await clock.flush()
    expect(waited).toBe(true)
    expect(rounds.before('c')).toBeNull()
  })

  it('nobody waits for them longer than ten seconds', async () => {
    const { clock, rounds } = world(() => new Promise(() => {}))
    rounds.add(gap('a'), () => undefined)
    void rounds.work()
    let waited = false
    void rounds.before('a')?.then(() => {
      waited = true
    })
    await clock.advance(9_900)
    expect(waited).toBe(false)
    await clock.advance(200)
    expect(waited).toBe(true)
  })

  it('a fetch that failed is made again after pauses that grow, and holds up no other', async () => {
    let failures = 3
    const { clock, rounds, fetched } = world(async ({ channel }) =>
      channel === 'a' && failures-- > 0 ? failed : { kind: 'done' },
    )
    const filled: string[] = []
    rounds.add(gap('a'), () => filled.push('a'))
    rounds.add(gap('b'), () => filled.push('b'))
    void rounds.work()
    await clock.advance(20_000)
    expect(filled).toEqual(['b', 'a'])
    const times = fetched.filter(({ channel }) => channel === 'a').map(({ at }) => at)
    expect(times).toEqual([0, 1_000, 3_000, 7_000])
  })

  it('what is found missing during a fetch is fetched too, from the earliest on', async () => {
    const gates: PromiseWithResolvers<Fetched>[] = []
    const { clock, rounds, fetched } = world(() => {
      const gate = Promise.withResolvers<Fetched>()
      gates.push(gate)
      return gate.promise
    })
    const filled: string[] = []
    rounds.add(gap('a', 10n), () => filled.push('first'))
    void rounds.work()
    await clock.flush()
    rounds.add(gap('a', 5n), () => filled.push('second'))
    gates[0]?.resolve({ kind: 'done' })
    await clock.flush()
    expect(filled).toEqual([])
    expect(fetched.map(({ after }) => after)).toEqual([10n, 5n])
    gates[1]?.resolve({ kind: 'done' })
    await clock.flush()
    expect(filled).toEqual(['first', 'second'])
  })
})

describe('many gaps', () => {
  it('while Discord fails all of them rest, and new words are not held up by looking through them', async () => {
    const { clock, rounds, fetched } = world(async () => failed)
    for (let n = 0; n < 20_000; n++) rounds.add(gap(`c${n}`), () => undefined)
    void rounds.work()
    await clock.advance(60_000)
    expect(fetched.length).toBeLessThan(10)
    const began = performance.now()
    for (let n = 0; n < 2_000; n++) rounds.before(`c${n * 7}`)
    // Looking through all for each takes half a minute.
    expect(performance.now() - began).toBeLessThan(1_000)
  })

  it('one with more than a turn’s messages goes on after the others', async () => {
    let turns = 0
    const { clock, rounds, fetched } = world(async ({ channel, after }) =>
      channel === 'a' && turns++ < 2 ? { kind: 'more', reached: after + 500n } : { kind: 'done' },
    )
    const filled: string[] = []
    rounds.add(gap('a'), () => filled.push('a'))
    rounds.add(gap('b'), () => filled.push('b'))
    void rounds.work()
    await clock.flush()
    expect(fetched.map(({ channel, after }) => [channel, after])).toEqual([
      ['a', 10n],
      ['b', 10n],
      ['a', 510n],
      ['a', 1_010n],
    ])
    expect(filled).toEqual(['b', 'a'])
  })
})

describe('a message that can’t be taken in', () => {
  const silent = pino({ level: 'silent' })
  const ids = ['100', '101', '102']
  const page = ids.map((id) => ({ id })) as never

  function fetching(hear: (id: string) => Promise<Fate>) {
    const stubborn = createStubborn(silent)
    const heard: string[] = []
    const it = world((one) =>
      fetchGap(one, {
        get: async () => ({ kind: 'done', body: page }),
        hear: async ({ id }) => {
          const fate = await hear(id)
          if (fate === 'settled' && !heard.includes(id)) stubborn.worked()
          heard.push(id)
          return fate
        },
        stubborn,
        unreadable: () => undefined,
        log: silent,
        signal: new AbortController().signal,
      }),
    )
    return { ...it, stubborn, heard }
  }

  it('lets what was said after it through, and is left out once it has failed alone for long', async () => {
    const { clock, rounds, heard } = fetching(async (id) => (id === '100' ? 'lost' : 'settled'))
    let filled = false
    rounds.add(gap('a'), () => {
      filled = true
    })
    void rounds.work()
    await clock.advance(10_000)
    expect(heard).toContain('102')
    expect(filled).toBe(false)
    await clock.advance(180_000)
    expect(filled).toBe(true)
  })

  it('is never left out while nothing else is taken in either', async () => {
    let works = false
    const { clock, rounds, heard } = fetching(async () => (works ? 'settled' : 'lost'))
    rounds.add(gap('a'), () => undefined)
    void rounds.work()
    await clock.advance(3_600_000)
    works = true
    heard.length = 0
    await clock.advance(300_000)
    expect(heard).toEqual(ids)
  })
})

describe('the line before the inbox', () => {
  it('takes in no more than its bounds, and goes on once there is room', async () => {
    const line = createLine({ perChannel: 2, all: 3 })
    const gate = Promise.withResolvers<void>()
    const first = line('a', () => gate.promise)
    const second = line('a', () => gate.promise)
    expect(line('a', async () => undefined)).toBeNull()
    const third = line('b', () => gate.promise)
    expect(line('c', async () => undefined)).toBeNull()
    gate.resolve()
    await Promise.all([first, second, third])
    expect(await line('c', async () => 'room')).toBe('room')
  })
})
