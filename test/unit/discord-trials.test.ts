import { expect, it } from 'vitest'
import { createTrials } from '../../adapters/discord/trials.ts'
import { simulatedClock } from '../fakes/clock.ts'

function world() {
  const clock = simulatedClock()
  return { clock, trials: createTrials(clock, { first: 1_000, longest: 8_000 }) }
}

it('closes count until a session has stood for a minute, and pauses grow until then', async () => {
  const { clock, trials } = world()
  const closes = (standing: number) => {
    trials.session(0, true)
    return clock.advance(standing).then(() => {
      trials.session(0, false)
      return trials.closed(0)
    })
  }
  const short: boolean[] = []
  for (let n = 0; n < 7; n++) short.push(await closes(5_000))
  expect(short).toEqual([false, false, false, false, false, true, true])
  expect([trials.next(0).wait, trials.next(0).wait]).toEqual([1_000, 2_000])
  expect(await closes(61_000)).toBe(false)
  expect(trials.next(0).wait).toBe(1_000)
})

it('each shard counts for itself', () => {
  const { trials } = world()
  for (let n = 0; n < 6; n++) trials.closed(0)
  expect(trials.closed(1)).toBe(false)
})

it('a session that never comes back is given up at last', () => {
  const { trials } = world()
  const left = Array.from({ length: 17 }, () => trials.next(0).leave)
  expect(left.indexOf('session')).toBe(15)
  expect(left[16]).toBe('socket')
})
