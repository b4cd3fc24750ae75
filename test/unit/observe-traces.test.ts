import { describe, expect, it, vi } from 'vitest'
import type { TurnTrace } from '../../src/observe/trace.ts'
import { createTraces } from '../../src/observe/traces.ts'
import { simulatedClock } from '../fakes/clock.ts'

const begun = { turn: 't1', platform: 'web', workspace: 'local', channel: 'general', thread: 'm1' }

function world() {
  const clock = simulatedClock()
  const log = { info: vi.fn(), warn: vi.fn(), debug: vi.fn() }
  const metrics = { turnEnded: vi.fn() }
  const traces = createTraces({ clock, log, metrics })
  const seen: TurnTrace[] = []
  const unsubscribe = traces.feed.subscribe((trace) => seen.push(trace))
  const begin = () => traces.begin({ ...begun, admittedAt: clock.now() - 40 })
  return { clock, log, metrics, traces, seen, unsubscribe, begin }
}

describe('the trace of a turn', () => {
  it('counts what was bought besides the answer as part of the cost, whichever is told first', () => {
    const { log, begin } = world()
    const turn = begin()
    turn.bought(200_000_000)
    turn.set({ costUsd: 0.1 })
    turn.set({ sends: 1 })
    turn.bought(100_000_000)
    turn.end('answered')
    expect(log.info.mock.calls[0]?.[0]).toMatchObject({ costUsd: 0.4, boughtUsd: 0.3 })
  })

  it('ends in one log line with its moments after admission', async () => {
    const { clock, log, metrics, begin } = world()
    const turn = begin()
    turn.set({ model: 'gpt-6-luna', asked: ['m1', 'm2'] })
    turn.mark('modelCalled')
    await clock.advance(300)
    turn.mark('firstToken')
    await clock.advance(100)
    turn.mark('firstShown')
    await clock.advance(1_000)
    turn.mark('lastToken')
    turn.set({ inputTokens: 900, outputTokens: 100, costUsd: 0.1 + 0.2, sends: 1, edits: 3 })
    await clock.advance(50)
    turn.mark('finalShown')
    turn.end('answered')
    expect(log.info).toHaveBeenCalledTimes(1)
    expect(log.info.mock.calls[0]?.[0]).toMatchObject({
      turn: 't1',
      outcome: 'answered',
      asked: 2,
      costUsd: 0.3,
      claimedMs: 40,
      modelCalledMs: 40,
      firstTokenMs: 340,
      firstShownMs: 440,
      lastTokenMs: 1_440,
      finalShownMs: 1_490,
    })
    expect(metrics.turnEnded).toHaveBeenCalledTimes(1)
  })

  it('ends without the words of its failure, which may quote people: those are for debug', () => {
    const { log, begin } = world()
    begin().end('failed', 'The server said: dismissal of Meier')
    expect(JSON.stringify([...log.info.mock.calls, ...log.warn.mock.calls])).not.toContain('Meier')
    expect(log.debug.mock.calls).toEqual([
      [{ turn: 't1', why: 'The server said: dismissal of Meier' }, 'why a turn ended'],
    ])
  })

  it('takes nothing in after its end', () => {
    const { log, seen, begin } = world()
    const turn = begin()
    turn.end('stopped')
    turn.end('failed', 'late')
    turn.set({ edits: 9 })
    turn.mark('finalShown')
    expect(log.info).toHaveBeenCalledTimes(1)
    expect(seen.at(-1)).toMatchObject({ outcome: 'stopped', edits: 0, finalShownAt: null })
  })

  it('keeps the first time of a first and the last time of a last', async () => {
    const { clock, begin } = world()
    const turn = begin()
    turn.mark('firstToken')
    turn.mark('lastToken')
    const first = turn.trace.firstTokenAt
    await clock.advance(500)
    turn.mark('firstToken')
    turn.mark('lastToken')
    expect(turn.trace.firstTokenAt).toBe(first)
    expect(turn.trace.lastTokenAt).toBe((first ?? 0) + 500)
    turn.end('answered')
  })

  it('measures with the clock that can’t jump', async () => {
    const { clock, log, begin } = world()
    const turn = begin()
    clock.jump(-3_600_000)
    await clock.advance(10)
    turn.mark('firstToken')
    turn.end('answered')
    expect(log.info.mock.calls[0]?.[0]).toMatchObject({ claimedMs: 40, firstTokenMs: 50 })
  })
})

describe('listeners', () => {
  it('hear of a turn at most every 200 ms, and always of its last state', async () => {
    const { clock, seen, begin } = world()
    const turn = begin()
    for (let i = 1; i <= 100; i++) {
      turn.set({ edits: i })
      await clock.advance(10)
    }
    // The beginning, and one for each fifth of the second.
    expect(seen).toHaveLength(6)
    turn.set({ edits: 101 })
    turn.end('answered')
    expect(seen.at(-1)).toMatchObject({ edits: 101, outcome: 'answered' })
    expect(clock.sleepers()).toBe(0)
  })

  it('hear the newest state when a turn falls quiet', async () => {
    const { clock, seen, begin } = world()
    const turn = begin()
    turn.set({ state: 'streaming' })
    expect(seen.at(-1)?.state).toBe('claimed')
    await clock.advance(200)
    expect(seen.at(-1)?.state).toBe('streaming')
    turn.end('answered')
  })

  it('don’t hold each other up, nor the turn', () => {
    const { log, seen, traces } = world()
    traces.feed.subscribe(() => {
      throw new Error('gone')
    })
    const late: TurnTrace[] = []
    traces.feed.subscribe((trace) => late.push(trace))
    traces.begin({ ...begun, admittedAt: 0 }).end('answered')
    expect(late.length).toBe(seen.length)
    expect(log.warn).toHaveBeenCalled()
    expect(log.info).toHaveBeenCalledTimes(1)
  })

  it('hear nothing once they left', () => {
    const { seen, unsubscribe, begin } = world()
    unsubscribe()
    begin().end('answered')
    expect(seen).toEqual([])
  })
})
