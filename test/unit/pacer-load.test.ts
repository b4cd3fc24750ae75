import { describe, expect, it } from 'vitest'
import {
  type Crowd,
  FIRST_TOKEN_MS,
  type Load,
  percentile,
  simulate,
  TEXT,
  WHOLE_MS,
} from './pacer-load-world.ts'

/** The shortest way of one call, and of one with its answer. */
const WAY_MS = 20
const CALL_MS = 40
const atOnce = () => 0

/**
 * When who knew everything could show the last final text: one opening and one message an answer in windows of 50 a
 * second; openings in the one channel, and replies there, in windows of 5 in 5 s. No text before it is whole, except
 * that a reply's message may be sent with its first words, in time for others, and be edited in the end.
 */
function bound({ answers, where }: Crowd): number {
  const calls = where === 'replies' ? answers : 2 * answers
  const everywhere = (Math.ceil(calls / 50) - 1) * 1_000
  const inChannel = (Math.ceil(answers / 5) - 1) * 5_000
  const here = { apart: 0, together: inChannel + CALL_MS, replies: FIRST_TOKEN_MS + inChannel }[where]
  return Math.max(WHOLE_MS, everywhere, here) + WAY_MS
}

function expectWhole(load: Load, { answers }: Crowd): void {
  expect(load.texts).toHaveLength(answers)
  expect(new Set(load.texts)).toEqual(new Set([TEXT]))
  expect(load.refused).toBe(0)
}

describe('as many as the limits carry', () => {
  it.each<[string, Crowd]>([
    ['one', { answers: 1, askedAt: atOnce, where: 'apart' }],
    ['twenty at once', { answers: 20, askedAt: atOnce, where: 'apart' }],
    ['fifty within 25 s', { answers: 50, askedAt: (index) => index * 500, where: 'apart' }],
  ])('%s see their first words and their last at once, and the text moves between', async (_, crowd) => {
    const load = await simulate(crowd)
    expectWhole(load, crowd)
    expect(percentile(load.first, 0.95)).toBeLessThanOrEqual(100)
    expect(percentile(load.final, 0.95)).toBeLessThanOrEqual(150)
    expect(Math.max(...load.still)).toBeLessThanOrEqual(2_000)
  })
})

describe('more than that', () => {
  it.each<[string, Crowd]>([
    ['fifty at once', { answers: 50, askedAt: atOnce, where: 'apart' }],
    [
      'fifty at once in one second and the next',
      { answers: 50, askedAt: (index) => 890 + index * 4, where: 'apart' },
    ],
    ['five hundred at once', { answers: 500, askedAt: atOnce, where: 'apart' }],
    ['twenty threads of one channel', { answers: 20, askedAt: atOnce, where: 'together' }],
    ['twenty replies in one channel', { answers: 20, askedAt: atOnce, where: 'replies' }],
  ])('%s have their text hardly later than is possible', async (_, crowd) => {
    const load = await simulate(crowd)
    expectWhole(load, crowd)
    expect(load.allMs - crowd.askedAt(crowd.answers - 1)).toBeLessThanOrEqual(1.2 * bound(crowd))
  })

  it('get their text in one message each, and no typing, where previews would make others wait', async () => {
    const load = await simulate({ answers: 500, askedAt: atOnce, where: 'apart' })
    expect(load.calls).toEqual({ open: 500, send: 500 })
    expect(load.cpuMs / 500).toBeLessThan(10)
  })
})
