import { describe, expect, it } from 'vitest'
import { keepTyping } from '../../src/conversation/activity.ts'
import type { Place } from '../../src/ports/event.ts'
import type { RateBudget, Reported } from '../../src/ports/outcome.ts'
import type { Activity, CallKind, Way } from '../../src/ports/platform.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import { simulatedClock } from '../fakes/clock.ts'

const conversation = { platform: 'chat', workspace: 'w', channel: 'c', thread: '' }
const place: Place = { conversation, root: null, direct: false }

const done: Reported = { kind: 'done' }
const all: RateBudget = { bucket: 'all', limit: 2, windowMs: 60_000 }

const streams: Way[] = ['stream', 'edit']

function world(
  show: (activity: Activity | null) => Promise<Reported>,
  budgets: readonly RateBudget[] = [],
  clearing = budgets,
  ways?: Way[],
) {
  const clock = simulatedClock()
  const pacer = createPacer({ clock })
  const [shown, lines]: [string[], unknown[]] = [[], []]
  const platform = {
    name: 'chat',
    ...(ways && { ways: () => ways }),
    budget: (_place: Place, call: CallKind) => (call === 'clear' ? clearing : budgets),
    show: (_place: Place, activity: Activity | null) => {
      shown.push(activity?.kind === 'status' ? activity.text : (activity?.kind ?? 'nothing'))
      return show(activity)
    },
  }
  const over = new AbortController()
  const done = new AbortController()
  const type = (open: Promise<Place>) =>
    keepTyping(
      { platform, pacer, clock, log: { debug: (line: unknown) => void lines.push(line) } },
      open,
      over.signal,
      ways && done.signal,
    )
  return { clock, pacer, shown, lines, over, done, type }
}

describe('showing that an answer is coming', () => {
  it('repeats it until the answer is there, and clears it then', async () => {
    const { clock, shown, over, type } = world(async () => done)
    type(Promise.resolve(place))
    await clock.advance(17_000)
    over.abort()
    await clock.flush()
    expect(shown).toEqual(['typing', 'typing', 'typing', 'nothing'])
  })

  it('notes a platform that fails, and goes on', async () => {
    const { clock, shown, lines, over, type } = world(() => Promise.reject(new Error('socket closed')))
    type(Promise.resolve(place))
    await clock.advance(9_000)
    over.abort()
    await clock.flush()
    expect(shown).toEqual(['typing', 'typing', 'nothing'])
    expect(lines).toHaveLength(3)
  })

  it('does not hang on a platform that does', async () => {
    const { clock, shown, over, type } = world(() => new Promise(() => undefined))
    type(Promise.resolve(place))
    await clock.advance(14_000)
    over.abort()
    await clock.advance(5_000)
    expect(shown).toEqual(['typing', 'typing', 'nothing'])
    expect(clock.sleepers()).toBe(0)
  })

  it('keeps nothing for a place that never opens', async () => {
    const { pacer, over, type } = world(async () => done)
    type(new Promise(() => undefined))
    over.abort()
    expect(pacer.size().answers).toBe(0)
  })

  it('shows nothing where no place opens', async () => {
    const { clock, shown, lines, type } = world(async () => done)
    type(Promise.reject(new Error('no thread')))
    await clock.flush()
    expect([shown, lines.length]).toEqual([[], 1])
  })

  it('takes nothing from what an answer is owed, and nothing when the limits are used up', async () => {
    const { clock, pacer, shown, over, type } = world(async () => done, [all])
    const seat = pacer.enter('chat')
    seat.owe([all], 2)
    type(Promise.resolve(place))
    await clock.advance(1_000)
    expect(shown).toEqual([])
    seat.owe([all], 1)
    await clock.advance(8_000)
    expect(shown).toEqual(['typing'])
    await clock.advance(8_000)
    over.abort()
    await clock.flush()
    expect([shown, pacer.size().answers]).toEqual([['typing'], 1])
  })

  it('pays nothing for what a platform takes away by itself', async () => {
    const { clock, pacer, shown, over, type } = world(async () => done, [all], [])
    type(Promise.resolve(place))
    await clock.flush()
    over.abort()
    await clock.flush()
    expect(shown).toEqual(['typing', 'nothing'])
    const seat = pacer.enter('chat')
    expect(seat.spare([all])).not.toBeNull()
    expect(seat.spare([all])).toBeNull()
  })

  it('heeds a refusal', async () => {
    const refused: Reported = { kind: 'limited', retryAfterMs: 20_000, bucket: 'all' }
    const { clock, shown, over, type } = world(async () => refused, [all])
    type(Promise.resolve(place))
    await clock.advance(19_000)
    expect(shown).toEqual(['typing'])
    await clock.advance(6_000)
    expect(shown).toEqual(['typing', 'typing'])
    over.abort()
  })
})

describe('showing what is done meanwhile', () => {
  const searching: Activity = { kind: 'status', text: 'Searching the web…' }
  const typing: Activity = { kind: 'typing' }

  it('is seen at once, and typing again when it is done', async () => {
    const { clock, shown, over, done: end, type } = world(async () => done, [], [], streams)
    const { tell } = type(Promise.resolve(place))
    await clock.advance(1_000)
    tell(searching)
    await clock.advance(1_000)
    tell(typing)
    await clock.flush()
    over.abort()
    end.abort()
    await clock.flush()
    expect(shown).toEqual(['typing', 'Searching the web…', 'typing', 'nothing'])
  })

  it('is seen beside text that streams, and is gone at the end', async () => {
    const { clock, shown, over, done: end, type, pacer } = world(async () => done, [], [], streams)
    const { tell } = type(Promise.resolve(place))
    await clock.flush()
    over.abort()
    await clock.advance(60_000)
    tell(searching)
    await clock.advance(1_000)
    tell(typing)
    await clock.advance(1_000)
    tell(searching)
    await clock.flush()
    end.abort()
    await clock.flush()
    expect(shown).toEqual(['typing', 'nothing', searching.text, 'nothing', searching.text, 'nothing'])
    expect([pacer.size().answers, clock.sleepers()]).toEqual([0, 0])
  })

  it('costs no call where typing is all there is to show', async () => {
    const { clock, shown, over, type } = world(async () => done)
    const { tell } = type(Promise.resolve(place))
    await clock.advance(1_000)
    tell(searching)
    tell(typing)
    await clock.advance(1_000)
    over.abort()
    tell(searching)
    await clock.flush()
    expect(shown).toEqual(['typing', 'nothing'])
  })
})
