import { keepTyping } from '../../src/conversation/activity.ts'
import type { Place } from '../../src/ports/event.ts'
import type { RateBudget } from '../../src/ports/outcome.ts'
import type { CallKind } from '../../src/ports/platform.ts'
import { createDelivery, type Delivery } from '../../src/reply/delivery.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import { seededChance, simulatedClock } from '../fakes/clock.ts'
import { ratedPlatform } from '../fakes/rate-limited-platform.ts'

/** People who ask at once or one after the other, on a platform with Discord's limits. All times in milliseconds. */
export interface Crowd {
  readonly answers: number
  /** When question `index` is asked. */
  askedAt(index: number): number
  /** `apart`: each in a channel of its own. `together`: all in one, each in a thread of its own, or as replies. */
  readonly where: 'apart' | 'together' | 'replies'
}

export interface Load {
  readonly first: readonly number[]
  readonly final: readonly number[]
  /** The longest time that an answer's text stood still between its first words and its last, by answer. */
  readonly still: readonly number[]
  /** From the first question to the last final text. */
  readonly allMs: number
  readonly calls: Readonly<Record<string, number>>
  readonly refused: number
  readonly texts: readonly string[]
  readonly cpuMs: number
}

export const FIRST_TOKEN_MS = 300
export const WHOLE_MS = 4_550
export const TEXT = Array.from({ length: 1_700 }, (_, at) =>
  at % 6 === 5 ? ' ' : 'abcdefgh'.charAt(at % 8),
).join('')
const DELTA = 20
const DELTA_MS = 50

const EVERY: RateBudget = { bucket: 'all', limit: 50, windowMs: 1_000 }

function bucketsOf(where: Crowd['where']): RateBudget[] {
  const at = where === 'replies' ? '{channel}' : '{place}'
  return [
    { bucket: `send:${at}`, limit: 5, windowMs: 5_000 },
    { bucket: `edit:${at}`, limit: 5, windowMs: 5_000 },
    { bucket: `show:${at}`, limit: 5, windowMs: 5_000 },
    { bucket: 'open:{channel}', limit: 5, windowMs: 5_000 },
    EVERY,
  ]
}

export async function simulate({ answers, askedAt, where }: Crowd): Promise<Load> {
  const clock = simulatedClock()
  const pacer = createPacer({ clock })
  const chance = seededChance(7)
  const platform = ratedPlatform({
    clock,
    buckets: bucketsOf(where),
    reported: true,
    tells: (bucket) => bucket !== EVERY.bucket,
    spends: (kind: CallKind, bucket) => bucket === EVERY.bucket || bucket.startsWith(kind),
    latency: () => 40 + 20 * chance.random(),
    opens: true,
  })

  async function ask(index: number): Promise<void> {
    await clock.sleep(askedAt(index))
    const place = placeOf(index, where)
    const opened = Promise.withResolvers<Place>()
    const typing = new AbortController()
    const delivery = createDelivery({
      platform,
      place:
        place.root === null
          ? place
          : {
              unopened: place,
              async open(signal) {
                const result = await platform.openPlace(place, 'title', signal)
                if (result.kind === 'open') opened.resolve(result.place)
                return result
              },
            },
      pacer,
      clock,
      nonce: (message) => `${index}:${message}`,
      draft: [],
      saveParts: () => clock.sleep(2),
      controls: (state) => (state === 'writing' ? ['stop'] : ['regenerate']),
      signal: new AbortController().signal,
      watch: (stats) => stats.firstShownAt !== null && typing.abort(),
    })
    if (place.root === null) opened.resolve(place)
    keepTyping({ platform, pacer, clock, log: { debug: () => undefined } }, opened.promise, typing.signal)
    await write(delivery)
  }

  async function write(delivery: Delivery): Promise<void> {
    await clock.sleep(FIRST_TOKEN_MS)
    for (let at = 0; at < TEXT.length; at += DELTA) {
      delivery.write(TEXT.slice(at, at + DELTA))
      await clock.sleep(DELTA_MS)
    }
    await delivery.finish()
  }

  const before = process.cpuUsage()
  await clock.run(Promise.all(Array.from({ length: answers }, (_, index) => ask(index))))
  const { user, system } = process.cpuUsage(before)

  const calls: Record<string, number> = {}
  for (const { kind } of platform.ledger) calls[kind] = (calls[kind] ?? 0) + 1
  const seen = Map.groupBy(
    platform.ledger.filter(({ result, text }) => result === 'done' && text !== ''),
    ({ place }) => place,
  )
  const shown = Array.from({ length: answers }, (_, index) => {
    const own = seen.get(placeOf(index, where).conversation.thread) ?? []
    const asked = askedAt(index)
    const moments = own.map(({ at }) => at)
    const final = own.findLast(({ state }) => state === 'done')?.at ?? Number.NaN
    const gaps = moments.slice(1).map((at, after) => at - (moments[after] ?? at))
    return {
      first: (moments[0] ?? Number.NaN) - asked - FIRST_TOKEN_MS,
      final: final - asked - WHOLE_MS,
      still: Math.max(0, ...gaps),
      at: final,
    }
  })
  return {
    first: shown.map(({ first }) => first),
    final: shown.map(({ final }) => final),
    still: shown.map(({ still }) => still),
    allMs: Math.max(...shown.map(({ at }) => at)),
    calls,
    refused: platform.ledger.filter(({ result }) => result === 'refused').length,
    texts: platform.visible().map(({ part }) => part.markdown),
    cpuMs: (user + system) / 1_000,
  }
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

function placeOf(index: number, where: Crowd['where']): Place {
  const channel = where === 'apart' ? `c${index}` : 'c'
  const conversation = { platform: 'rated', workspace: 'w', channel, thread: `t${index}` }
  const root = where === 'replies' ? null : { channel, id: `t${index}` }
  return { conversation, root, direct: false }
}
