import { expect, it } from 'vitest'
import { createSideline } from '../../src/conversation/sideline.ts'
import { TooSlow } from '../../src/within.ts'
import { simulatedClock } from '../fakes/clock.ts'

function world(atOnce = 2, waiting = 1) {
  const clock = simulatedClock()
  const failures: unknown[] = []
  const line = createSideline({
    clock,
    atOnce,
    waiting,
    limitMs: 1_000,
    failed: (error) => failures.push(error),
  })
  const ends: (() => void)[] = []
  const begin = () =>
    line.add(
      (signal) =>
        new Promise((resolve, reject) => {
          ends.push(resolve)
          signal.addEventListener('abort', () => reject(signal.reason))
        }),
    )
  return { clock, failures, line, ends, begin }
}

it('runs a few at once, lets a few wait, and takes no more', async () => {
  const { line, begin, ends } = world()
  expect([begin(), begin(), begin(), begin()]).toEqual([true, true, true, false])
  expect(ends).toHaveLength(2)
  ends[0]?.()
  await expect.poll(() => ends.length).toBe(3)
  expect(begin()).toBe(true)
  for (const end of ends) end()
  await expect.poll(() => ends.length).toBe(4)
  ends[3]?.()
  await line.idle()
})

it('breaks off what takes too long, and goes on with the next', async () => {
  const { clock, failures, begin, ends } = world(1)
  begin()
  begin()
  await clock.advance(1_000)
  await expect.poll(() => ends.length).toBe(2)
  expect(failures).toEqual([expect.any(TooSlow)])
})

it('is idle soon after it is stopped, and takes nothing in any more', async () => {
  const { line, failures, begin, ends } = world(1)
  begin()
  begin()
  line.stop()
  await line.idle()
  expect(failures).toHaveLength(1)
  expect(ends).toHaveLength(1)
  expect(begin()).toBe(false)
})
