import type { Place } from '../ports/event.ts'
import type { MediaFile, Part, Way } from '../ports/platform.ts'
import { within } from '../within.ts'
import { createAlarm } from './alarm.ts'
import { SAVE_LIMIT_MS } from './attempt.ts'
import { createBell } from './bell.ts'
import { type Caller, createCaller } from './caller.ts'
import type { Delivered, Obstacle, Shown } from './delivered.ts'
import type { DeliveryOptions } from './delivery-options.ts'
import { otherPlace } from './elsewhere.ts'
import { createEnclosed } from './enclosed.ts'
import type { Enclosure } from './enclosure.ts'
import { createGrowing } from './growing.ts'
import { reachPlace } from './opening.ts'
import { mostMessagesAt } from './overflow.ts'
import { createOwing, type Owing } from './owing.ts'
import { type Answer, nextStep } from './plan.ts'
import { createSlots } from './slots.ts'
import { noStats, type Stats } from './stats.ts'
import { createWriter } from './writer.ts'

/** One answer on its way to one place. */
export interface Delivery {
  /** More of the answer's text. Ignored once it has ended. */
  write(delta: string): void
  /** A picture as far as it is painted: shown where the platform can change it later (`can.changesFiles`). The newest counts. */
  preview(picture: MediaFile): void
  /** What goes below the text in messages of their own, once it is whole. Before `finish`. */
  enclose(enclosures: readonly Enclosure[]): void
  /** The text is whole. `mark`: words set below it. */
  finish(mark?: string): Promise<Delivered>
  /** The person stopped it: what was written stays, with `words` below it. */
  stop(words: string): Promise<Delivered>
  /** It broke off: what was written stays, with `words` below it. */
  fail(words: string): Promise<Delivered>
  /**
   * How it ended; before the text is whole only when the platform can't show it at all, so that the model need not go
   * on. Rejects with the signal's reason, or with what `saveParts` rejected with.
   */
  readonly delivered: Promise<Delivered>
  readonly stats: Readonly<Stats>
}

/** A final text that could not be shown for so long is given up. */
const PATIENCE_MS = 15 * 60_000

export function createDelivery(options: DeliveryOptions): Delivery {
  const { platform, pacer, clock } = options
  /** Over, for whatever reason: nothing that still waits goes on. */
  const closed = new AbortController()
  const signal = AbortSignal.any([options.signal, closed.signal])
  const writer = createWriter({ limit: platform.limits.message, measure: (text) => platform.measure(text) })
  const slots = createSlots({
    draft: options.draft,
    nonce: (index) => options.nonce(index),
    now: () => clock.now(),
    save: (parts) => options.saveParts(parts),
  })
  const enclosed = createEnclosed(options)
  const stats = noStats()
  const seat = pacer.enter(platform.name)
  const bell = createBell(signal)
  const patience = createAlarm(clock, hurry)
  let state: Part['state'] = 'writing'
  const beganAt = clock.elapsed()
  let endedAt = Number.POSITIVE_INFINITY
  let caller: Caller | null = null
  let over = false
  let writes = 0

  const answer: Answer & { ways: readonly Way[]; mostMessages: number | null } = {
    writer,
    slots,
    enclosed,
    canEdit: platform.can.edit,
    changesFiles: platform.can.changesFiles === true,
    ways: [],
    mostMessages: null,
    controls: (now) => options.controls(now),
    get state() {
      return state
    },
  }

  const growing = createGrowing({ clock, limitMs: platform.limits.streamMs, answer, expired: hurry })

  async function deliver(): Promise<Delivered> {
    const [opening] = await Promise.all([arrive(), intend()])
    if (opening.kind !== 'open') return ended(opening)
    let { owing } = opening
    caller = callerAt(opening.place)
    for (;;) {
      signal.throwIfAborted()
      const rung = bell.next()
      growing.expire()
      const step = nextStep(answer)
      owing.update(step)
      if (step) {
        const obstacle = await caller.carryOut(step)
        const other = obstacle && (await otherPlace(obstacle, { ...options, signal, slots }))
        if (other) {
          owing = owingAt(other)
          caller = callerAt(other)
        } else if (obstacle) return ended(obstacle)
      } else if (state !== 'writing') return ended(null)
      else await rung
      if (clock.elapsed() - endedAt >= PATIENCE_MS) return ended({ kind: 'limited' })
    }
  }

  async function arrive() {
    const opening = await reachPlace(options.place, { platform, clock, signal, seat })
    return opening.kind === 'open' ? { ...opening, owing: owingAt(opening.place) } : opening
  }

  const owingAt = (place: Place): Owing => createOwing({ platform, place, seat, answer })

  function callerAt(place: Place): Caller {
    answer.ways = platform.ways?.(place, options.privateTo) ?? (platform.can.edit ? ['edit'] : [])
    answer.mostMessages = mostMessagesAt(place, options)
    enclosed.at(place)
    return createCaller({ ...options, signal, place, seat, answer, stats, growing, unchanging, withoutFiles })
  }

  function withoutFiles(): void {
    answer.mostMessages = null
  }

  function unchanging(): void {
    answer.ways = []
  }

  /** The first message's intent is durable by the time there is a word to show. */
  function intend(): Promise<void> {
    return within({ clock, limit: SAVE_LIMIT_MS, signal }, () => slots.intend(0))
  }

  function ended(obstacle: Obstacle | null): Delivered {
    const shown: Shown = { parts: slots.parts(), text: writer.text(), messages: slots.shown() }
    if (obstacle) return { kind: 'given_up', why: obstacle, ...shown }
    stats.finalShownAt ??= clock.now()
    return { kind: 'shown', ...shown }
  }

  function end(as: Part['state'], mark: string | undefined): Promise<Delivered> {
    if (state !== 'writing' || over) return delivered
    state = as
    endedAt = clock.elapsed()
    writer.end(mark)
    patience.set(endedAt + PATIENCE_MS)
    hurry()
    return delivered
  }

  function hurry(): void {
    caller?.hurry()
    bell.ring()
  }

  function close(): void {
    over = true
    closed.abort(new Error('The delivery is over'))
    patience.set(Number.POSITIVE_INFINITY)
    growing.close()
    // What came at once, as words of Parley's own do, says nothing of how long answers take.
    seat.leave(writes > 1 && Number.isFinite(endedAt) ? endedAt - beganAt : undefined)
  }

  const delivered = deliver()
  delivered.then(close, close)

  return {
    write(delta) {
      if (over || state !== 'writing') return
      writes++
      writer.append(delta)
      caller?.grown(delta.length)
      bell.ring()
    },
    preview(picture) {
      if (over || state !== 'writing') return
      writes++
      enclosed.preview(picture)
      bell.ring()
    },
    enclose(enclosures) {
      if (!over && state === 'writing') enclosed.give(enclosures)
    },
    finish: (mark) => end('done', mark),
    stop: (words) => end('stopped', words),
    fail: (words) => end('failed', words),
    delivered,
    stats,
  }
}
