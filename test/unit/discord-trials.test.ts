import { expect, it } from 'vitest'
import { createTrials } from '../../adapters/discord/trials.ts'
import { simulatedClock } from '../fakes/clock.ts'

function world() {
  const clock = simulatedClock()
  return { clock, trials: createTrials(clock, { first: 1_000, longest: 8_000 }) }
}

/** A session that lasts so long, and is closed. */
async function session(
  { clock, trials }: ReturnType<typeof world>,
  stands: 'begun' | 'resumed',
  ms: number,
): Promise<boolean> {
  trials.session(0, stands)
  await clock.advance(ms)
  trials.session(0, null)
  return trials.closed(0)
}

it('closes without a session between count, and pauses grow until there is one', async () => {
  const one = world()
  const { trials } = one
  const closed = Array.from({ length: 7 }, () => trials.closed(0))
  expect(closed).toEqual([false, false, false, false, false, true, true])
  expect([trials.next(0).wait, trials.next(0).wait]).toEqual([1_000, 2_000])
  expect(await session(one, 'begun', 5_000)).toBe(false)
  expect(trials.next(0).wait).toBe(1_000)
})

it('a session that goes on again and again is never paused', async () => {
  const one = world()
  for (let n = 0; n < 200; n++) expect(await session(one, 'resumed', 200)).toBe(false)
})

it('sessions that do not last are begun no oftener than Discord allows in a day', async () => {
  const one = world()
  const short: boolean[] = []
  for (let n = 0; n < 101; n++) short.push(await session(one, 'begun', 5_000))
  expect(short.indexOf(true)).toBe(99)
  // Half of a pause is by chance: 135 s in the mean.
  expect(one.trials.next(0).wait).toBe(180_000)
  expect(await session(one, 'begun', 61_000)).toBe(false)
  expect(one.trials.next(0).wait).toBe(1_000)
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
