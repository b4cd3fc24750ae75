import { keepTyping } from '../../src/conversation/activity.ts'
import type { Place } from '../../src/ports/event.ts'
import type { RateBudget } from '../../src/ports/outcome.ts'
import { createDelivery, type Delivery } from '../../src/reply/delivery.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import { seededChance, simulatedClock } from '../fakes/clock.ts'
import type { StreamCall } from '../fakes/native-streams.ts'
import { ratedPlatform } from '../fakes/rate-limited-platform.ts'

/** People who ask on a platform with Slack's limits: a minute, by method. All times in milliseconds. */
export interface Crowd {
  readonly answers: number
  /** When question `index` is asked. */
  askedAt(index: number): number
  /** `dms`: streams, each alone; `channels`: edits, each in a channel of its own; `channel`: all in one. */
  readonly where: 'dms' | 'channels' | 'channel'
  /** How many characters each answer has, in how many deltas, and how long it is being written at least. */
  readonly text?: { readonly length: number; readonly deltas: number; readonly ms: number }
}

export interface Load {
  /** From the first token to the first text, and from the last to the final text, by answer. */
  readonly first: readonly number[]
  readonly final: readonly number[]
  /** The longest time that an answer's text stood still between its first words and its last, by answer. */
  readonly still: readonly number[]
  /** From the first question to the last final text. */
  readonly allMs: number
  /** When the last answer had all its text. */
  readonly wholeMs: number
  readonly calls: Readonly<Record<string, number>>
  readonly refused: number
  readonly texts: readonly string[]
}

export const FIRST_TOKEN_MS = 700
export const SHORTEST_MS = 8_000
const USUAL = { length: 1_700, deltas: 85, ms: SHORTEST_MS }
export const textOf = (length: number): string =>
  Array.from({ length }, (_, at) => (at % 6 === 5 ? ' ' : 'abcdefgh'.charAt(at % 8))).join('')
export const TEXT = textOf(USUAL.length)

const MINUTE_MS = 60_000
const minute = (bucket: string, limit: number): RateBudget => ({ bucket, limit, windowMs: MINUTE_MS })
const BUCKETS: readonly RateBudget[] = [
  { bucket: 'send:{channel}', limit: 1, windowMs: 1_000 },
  minute('stream', 20),
  minute('append', 100),
  minute('stop', 20),
  minute('edit', 50),
  minute('show', 600),
]
const spends = (kind: StreamCall, bucket: string): boolean => kind === bucket.split(':')[0]

export async function simulate({ answers, askedAt, where, text = USUAL }: Crowd): Promise<Load> {
  const whole = new Map<number, number>()
  const written = textOf(text.length)
  const clock = simulatedClock()
  const pacer = createPacer({ clock })
  const chance = seededChance(7)
  const platform = ratedPlatform({
    clock,
    buckets: BUCKETS,
    spends,
    message: 9_000,
    streams: { lifeMs: 300_000, ways: () => (where === 'dms' ? ['stream', 'edit'] : ['edit']) },
    streamMs: 240_000,
    latency: () => 40 + 20 * chance.random(),
    opens: true,
  })

  async function ask(index: number): Promise<void> {
    await clock.sleep(askedAt(index))
    const place = placeOf(index, where)
    const typing = new AbortController()
    const delivery = createDelivery({
      platform,
      place,
      pacer,
      clock,
      nonce: (message) => `${index}:${message}`,
      draft: [],
      saveParts: () => clock.sleep(2),
      controls: (state) => (state === 'writing' ? ['stop'] : ['regenerate']),
      signal: new AbortController().signal,
      watch: (stats) => stats.firstShownAt !== null && typing.abort(),
    })
    keepTyping(
      { platform, pacer, clock, log: { debug: () => undefined } },
      Promise.resolve(place),
      typing.signal,
    )
    await write(index, delivery)
  }

  async function write(index: number, delivery: Delivery): Promise<void> {
    const everyMs = (text.ms - FIRST_TOKEN_MS + 2_000 * chance.random()) / text.deltas
    await clock.sleep(FIRST_TOKEN_MS)
    for (let turn = 0; turn < text.deltas; turn++) {
      if (turn > 0) await clock.sleep(everyMs)
      const cut = (at: number): number => (at * text.length) / text.deltas
      delivery.write(written.slice(cut(turn), cut(turn + 1)))
    }
    whole.set(index, clock.elapsed())
    await delivery.finish()
  }

  await clock.run(Promise.all(Array.from({ length: answers }, (_, index) => ask(index))))

  const calls: Record<string, number> = {}
  for (const { kind, as } of platform.ledger) calls[as ?? kind] = (calls[as ?? kind] ?? 0) + 1
  const seen = Map.groupBy(
    platform.ledger.filter(({ result, text }) => result === 'done' && text !== ''),
    ({ place }) => place,
  )
  const shown = Array.from({ length: answers }, (_, index) => {
    const own = seen.get(placeOf(index, where).conversation.thread) ?? []
    const moments = own.map(({ at }) => at)
    const final = own.findLast(({ state }) => state === 'done')?.at ?? Number.NaN
    return {
      first: (moments[0] ?? Number.NaN) - askedAt(index) - FIRST_TOKEN_MS,
      final: final - (whole.get(index) ?? Number.NaN),
      still: Math.max(0, ...moments.slice(1).map((at, after) => at - (moments[after] ?? at))),
      at: final,
    }
  })
  return {
    first: shown.map(({ first }) => first),
    final: shown.map(({ final }) => final),
    still: shown.map(({ still }) => still),
    allMs: Math.max(...shown.map(({ at }) => at)),
    wholeMs: Math.max(...whole.values()),
    calls,
    refused: platform.ledger.filter(({ result }) => result === 'refused').length,
    texts: platform.visible().map(({ part }) => part.markdown),
  }
}

function placeOf(index: number, where: Crowd['where']): Place {
  const channel = where === 'channel' ? 'c' : `c${index}`
  return {
    conversation: { platform: 'rated', workspace: 'w', channel, thread: `t${index}` },
    root: null,
    direct: where === 'dms',
  }
}
