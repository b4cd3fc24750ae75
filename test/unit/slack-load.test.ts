import { describe, expect, it } from 'vitest'
import { percentile } from './pacer-load-world.ts'
import { type Crowd, FIRST_TOKEN_MS, type Load, simulate, TEXT, textOf } from './slack-load-world.ts'

const SOON_MS = 150
/** The shortest way of a call. */
const WAY_MS = 20
const atOnce = () => 0
const every = (ms: number) => (index: number) => index * ms

function expectWhole(load: Load, { answers }: Crowd): void {
  expect(load.texts).toHaveLength(answers)
  expect(new Set(load.texts)).toEqual(new Set([TEXT]))
  expect(load.refused).toBe(0)
}

/** Simulated once for all that is to be seen in it: a crowd is known by who comes when, and where. */
const seen = new Map<string, Promise<Load>>()
function loadOf(crowd: Crowd): Promise<Load> {
  const { answers, askedAt, where, text } = crowd
  const key = JSON.stringify([where, text, Array.from({ length: answers }, (_, at) => askedAt(at))])
  const load = seen.get(key) ?? simulate(crowd)
  seen.set(key, load)
  return load
}
/** At once: far more than limits by the minute carry. */
const many = process.env.PARLEY_FAULT === 'full' ? 500 : 200
const manyAtOnce = (where: Crowd['where']): Promise<Load> => loadOf({ answers: many, askedAt: atOnce, where })

const soon = (values: readonly number[]): number =>
  values.filter((ms) => ms <= SOON_MS).length / values.length

describe('as many as limits by the minute carry', () => {
  it.each<[string, Crowd]>([
    ['one, by a stream,', { answers: 1, askedAt: atOnce, where: 'dms' }],
    ['one, by edits,', { answers: 1, askedAt: atOnce, where: 'channels' }],
    ['twenty at once, by streams,', { answers: 20, askedAt: atOnce, where: 'dms' }],
    ['twenty at once, by edits,', { answers: 20, askedAt: atOnce, where: 'channels' }],
    ['fifty at once, by streams and edits,', { answers: 50, askedAt: atOnce, where: 'dms' }],
    ['fifty at once, by edits,', { answers: 50, askedAt: atOnce, where: 'channels' }],
    ['six a minute, by streams,', { answers: 30, askedAt: every(10_000), where: 'dms' }],
    ['six a minute, by edits,', { answers: 30, askedAt: every(10_000), where: 'channels' }],
    ['fifty a minute, by streams and edits,', { answers: 250, askedAt: every(1_200), where: 'dms' }],
    ['forty a minute, by edits,', { answers: 200, askedAt: every(1_500), where: 'channels' }],
  ])('%s see their first words and their last at once', async (_, crowd) => {
    const load = await loadOf(crowd)
    expectWhole(load, crowd)
    expect(percentile(load.first, 0.95)).toBeLessThanOrEqual(SOON_MS)
    expect(percentile(load.final, 0.95)).toBeLessThanOrEqual(SOON_MS)
  })

  it.each<[string, Crowd, number]>([
    ['by a stream, several times a second', { answers: 1, askedAt: atOnce, where: 'dms' }, 300],
    ['by edits, more than once a second', { answers: 1, askedAt: atOnce, where: 'channels' }, 800],
    ['by streams, three at once', { answers: 3, askedAt: atOnce, where: 'dms' }, 600],
    ['by edits, three at once', { answers: 3, askedAt: atOnce, where: 'channels' }, 1_300],
    ['by streams, twenty at once', { answers: 20, askedAt: atOnce, where: 'dms' }, 2_500],
    [
      'by edits, twenty at once, as few as there are',
      { answers: 20, askedAt: atOnce, where: 'channels' },
      5_500,
    ],
    ['by streams, six a minute for minutes', { answers: 30, askedAt: every(10_000), where: 'dms' }, 4_000],
  ])('see the text grow %s', async (_, crowd, stillMs) => {
    expect(Math.max(...(await loadOf(crowd)).still)).toBeLessThanOrEqual(stillMs)
  })

  it('see the text grow as long as six a minute come, by edits, nearly all of them every few seconds', async () => {
    const { still } = await loadOf({ answers: 30, askedAt: every(10_000), where: 'channels' })
    expect(percentile(still, 0.5)).toBeLessThanOrEqual(3_000)
    expect(percentile(still, 0.9)).toBeLessThanOrEqual(6_000)
  })

  it.each<[string, (index: number) => number]>([
    ['while one is being answered', (index) => (index === 0 ? 0 : 3_000)],
    ['when one was just answered', (index) => (index === 0 ? 0 : 12_000)],
  ])('see their first words at once also when twenty come %s', async (_, askedAt) => {
    const crowd: Crowd = { answers: 21, askedAt, where: 'channels' }
    const load = await loadOf(crowd)
    expectWhole(load, crowd)
    expect(Math.max(...load.first, ...load.final)).toBeLessThanOrEqual(SOON_MS)
  })
})

describe('answers that take long', () => {
  it.each<[number, Crowd['where'], number]>([
    [10, 'channels', 12_000],
    [20, 'channels', 12_000],
    [10, 'channels', 25_000],
    [20, 'channels', 25_000],
    [10, 'dms', 12_000],
    [20, 'dms', 12_000],
    [10, 'dms', 25_000],
    [20, 'dms', 25_000],
  ])(
    'and several messages have their last words at once, %d in %s of %d characters',
    async (answers, where, length) => {
      const text = { length, deltas: 300, ms: 30_000 }
      const load = await loadOf({ answers, askedAt: atOnce, where, text })
      expect(Math.max(...load.first, ...load.final)).toBeLessThanOrEqual(SOON_MS)
      expect(load.refused).toBe(0)
      const most = load.texts.join('').replaceAll(' ', '')
      expect(most).toHaveLength(answers * textOf(length).replaceAll(' ', '').length)
    },
  )

  it.each<[string, Crowd['where'], number]>([
    ['edits', 'channels', 10_000],
    ['a stream', 'dms', 5_000],
  ])('are seen to grow all the time, one alone by %s', async (_, where, stillMs) => {
    const text = { length: 1_700, deltas: 600, ms: 60_000 }
    const load = await loadOf({ answers: 1, askedAt: atOnce, where, text })
    expect(Math.max(...load.still)).toBeLessThanOrEqual(stillMs)
  })
})

describe('more than that', () => {
  it.each<[string, Crowd]>([
    [`${many} at once, by streams and edits,`, { answers: many, askedAt: atOnce, where: 'dms' }],
    [`${many} at once, by edits,`, { answers: many, askedAt: atOnce, where: 'channels' }],
    [
      'one a second for minutes, by streams and edits,',
      { answers: 300, askedAt: every(1_000), where: 'dms' },
    ],
    ['one a second for minutes, by edits,', { answers: 300, askedAt: every(1_000), where: 'channels' }],
  ])('%s have their last words at once even so', async (_, crowd) => {
    const load = await loadOf(crowd)
    expectWhole(load, crowd)
    expect(Math.max(...load.final)).toBeLessThanOrEqual(SOON_MS)
  })

  it(`of ${many} at once as many see their first words at once as ends can be paid for`, async () => {
    const dms = await manyAtOnce('dms')
    expect(soon(dms.first) * many).toBeCloseTo(20 + 50)
    expect([dms.calls.stream, dms.calls.stop, dms.calls.edit, dms.calls.send]).toEqual([
      20,
      20,
      50,
      many - 20,
    ])
    const channels = await manyAtOnce('channels')
    expect(soon(channels.first) * many).toBeCloseTo(50)
    expect([channels.calls.edit, channels.calls.send]).toEqual([50, many])
  })

  it('of one a second for minutes nearly all see their first words at once, also after the first minute', async () => {
    const load = await loadOf({ answers: 300, askedAt: every(1_000), where: 'dms' })
    expect(soon(load.first)).toBeGreaterThan(0.9)
    expect(soon(load.first.slice(-120))).toBeGreaterThan(0.9)
  })

  it('of one channel have their text hardly later than one post a second allows', async () => {
    const crowd: Crowd = { answers: 20, askedAt: atOnce, where: 'channel' }
    const load = await loadOf(crowd)
    expectWhole(load, crowd)
    const bound = Math.max(load.wholeMs, FIRST_TOKEN_MS + 19 * 1_000) + WAY_MS
    expect(load.allMs).toBeLessThanOrEqual(1.2 * bound)
  })

  it('show that they are being answered at once, however many they are', async () => {
    const load = await manyAtOnce('dms')
    expect(load.calls.show).toBeGreaterThanOrEqual(many)
  })
})
