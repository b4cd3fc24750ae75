import type { Chance, Clock } from '../../src/ports/clock.ts'

/** A clock that stands still until a test moves it. For code that waits on nothing but promises and this clock. */
export interface SimulatedClock extends Clock {
  /** Moves on by `ms`, waking each sleeper at its own moment and letting its consequences run before the next. */
  advance(ms: number): Promise<void>
  /** Wakes sleepers in order until none is left; throws after `limitMs` of simulated time (default a day). */
  runUntilIdle(limitMs?: number): Promise<void>
  /** Wakes sleepers in order until `promise` settles, and gives its result; throws when nothing is left to wait for. */
  run<T>(promise: Promise<T>, limitMs?: number): Promise<T>
  /** Moves the wall clock alone, as an administrator or NTP would. */
  jump(ms: number): void
  /** Lets everything run that waits on promises alone. */
  flush(): Promise<void>
  /** How many are asleep. */
  sleepers(): number
}

interface Sleeper {
  readonly due: number
  readonly order: number
  wake(): void
}

const DAY = 86_400_000

export function simulatedClock(start: { now?: number } = {}): SimulatedClock {
  let wall = start.now ?? Date.UTC(2026, 10, 20, 12)
  let elapsed = 0
  let order = 0
  const asleep = new Set<Sleeper>()

  function sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(signal.reason)
        return
      }
      const onAbort = (): void => {
        asleep.delete(sleeper)
        reject(signal?.reason)
      }
      const sleeper: Sleeper = {
        due: elapsed + Math.max(0, ms),
        order: order++,
        wake: () => {
          signal?.removeEventListener('abort', onAbort)
          resolve()
        },
      }
      asleep.add(sleeper)
      signal?.addEventListener('abort', onAbort, { once: true })
    })
  }

  function moveTo(moment: number): void {
    wall += moment - elapsed
    elapsed = moment
  }

  /** Wakes the next sleeper due by `until`; false when there is none. */
  async function wakeNext(until: number): Promise<boolean> {
    const next = earliest(asleep)
    if (!next || next.due > until) return false
    asleep.delete(next)
    moveTo(Math.max(elapsed, next.due))
    next.wake()
    await flush()
    return true
  }

  async function advance(ms: number): Promise<void> {
    const until = elapsed + ms
    await flush()
    while (await wakeNext(until));
    moveTo(until)
    await flush()
  }

  async function runUntilIdle(limitMs = DAY): Promise<void> {
    const until = elapsed + limitMs
    await flush()
    while (await wakeNext(until));
    if (asleep.size > 0) throw new Error(`Still ${asleep.size} asleep after ${limitMs} ms of simulated time`)
  }

  async function run<T>(promise: Promise<T>, limitMs = DAY): Promise<T> {
    const until = elapsed + limitMs
    let settled = false
    const mark = (): void => {
      settled = true
    }
    promise.then(mark, mark)
    await flush()
    while (!settled) {
      if (await wakeNext(until)) continue
      const why = asleep.size === 0 ? 'nobody is asleep' : `${limitMs} ms of simulated time are over`
      throw new Error(`The promise never settled: ${why}`)
    }
    return promise
  }

  return {
    now: () => Math.round(wall),
    elapsed: () => elapsed,
    sleep,
    advance,
    runUntilIdle,
    run,
    jump: (ms) => {
      wall += ms
    },
    flush,
    sleepers: () => asleep.size,
  }
}

/** The same numbers and ids for the same seed (mulberry32). */
export function seededChance(seed = 1): Chance {
  let state = seed >>> 0
  function random(): number {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const hex = (digits: number): string =>
    Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('')
  const variant = (): string => '89ab'.charAt(Math.floor(random() * 4))
  return { random, uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${variant()}${hex(3)}-${hex(12)}` }
}

function earliest(asleep: Iterable<Sleeper>): Sleeper | undefined {
  let first: Sleeper | undefined
  for (const each of asleep)
    if (!first || each.due < first.due || (each.due === first.due && each.order < first.order)) first = each
  return first
}

/** A turn of the event loop: every microtask queued so far has run, and those they queued. */
function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
