import { describe, expect, it } from 'vitest'
import { keepTyping } from '../../src/conversation/activity.ts'
import type { Place } from '../../src/ports/event.ts'
import type { Activity } from '../../src/ports/platform.ts'
import { simulatedClock } from '../fakes/clock.ts'

const conversation = { platform: 'chat', workspace: 'w', channel: 'c', thread: '' }
const place: Place = { conversation, root: null, direct: false }

function world(show: (activity: Activity | null) => Promise<void>) {
  const clock = simulatedClock()
  const [shown, lines]: [string[], unknown[]] = [[], []]
  const platform = {
    show: (_place: Place, activity: Activity | null) => {
      shown.push(activity?.kind ?? 'nothing')
      return show(activity)
    },
  }
  const over = new AbortController()
  const type = (open: Promise<Place>) =>
    keepTyping(platform, open, clock, over.signal, { debug: (line: unknown) => void lines.push(line) })
  return { clock, shown, lines, over, type }
}

describe('showing that an answer is coming', () => {
  it('repeats it until the answer is there, and clears it then', async () => {
    const { clock, shown, over, type } = world(async () => undefined)
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

  it('shows nothing where no place opens', async () => {
    const { clock, shown, lines, type } = world(async () => undefined)
    type(Promise.reject(new Error('no thread')))
    await clock.flush()
    expect([shown, lines.length]).toEqual([[], 1])
  })
})
