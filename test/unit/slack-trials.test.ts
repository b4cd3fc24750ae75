import { expect, test } from 'vitest'
import { createTrials } from '../../adapters/slack/trials.ts'

const pauses = { first: 1_000, longest: 60_000 }
const passing = { kind: 'passing', words: '' } as const
const most = { random: () => 1 }
const least = { random: () => 0 }

test('pauses grow up to a minute, and half of each is chance', () => {
  const [long, short] = [createTrials(pauses, most), createTrials(pauses, least)]
  const tries = Array.from({ length: 8 })
  expect(tries.map(() => long.next(passing) / 1_000)).toEqual([1, 2, 4, 8, 16, 32, 60, 60])
  expect(tries.map(() => short.next(passing) / 1_000)).toEqual([0.5, 1, 2, 4, 8, 16, 30, 30])
})

test('never before Slack allows it, unless it names an absurd time', () => {
  const trials = createTrials(pauses, least)
  expect(trials.next({ ...passing, retryAfterMs: 90_000 })).toBe(90_000)
  expect(trials.next({ ...passing, retryAfterMs: 86_400_000 })).toBe(600_000)
})

test('a connection that lasted makes the next try as quick as the first, one that stood for moments nearly so', () => {
  const trials = createTrials(pauses, most)
  for (let count = 0; count < 5; count++) trials.next(passing)
  trials.stood(5_000)
  expect(trials.next(passing)).toBe(4_000)
  trials.stood(31_000)
  expect([trials.mayReplace(), trials.mayReplace()]).toEqual([true, false])
  expect(trials.next(passing)).toBe(2_000)
})
