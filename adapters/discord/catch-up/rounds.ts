import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import type { Fetched, Gap } from './fetching.ts'
import { sooner } from './snowflake.ts'

/** The gaps that wait to be filled, one at a time. */
export interface Rounds {
  /** `filled` is called once nothing is missing there any more. */
  add(gap: Gap, filled: () => void): void
  /**
   * For a message that arrives where something earlier is missing: resolves when that is filled, or after a moment.
   * null = nothing is missing there.
   */
  before(channel: string): Promise<void> | null
  /** Works until the signal aborts. Never rejects. */
  work(): Promise<void>
}

interface Job {
  gap: Gap
  readonly filled: (() => void)[]
  readonly over: PromiseWithResolvers<void>
  patience: Promise<void> | null
  /** More was found missing while it was fetched. */
  again: boolean
  tries: number
  /** `Clock.elapsed` before which it is not tried again. */
  notBefore: number
}

/** Milliseconds that a new message waits for older ones of its channel. */
const order = 10_000
/** Between two tries of one gap. */
const pause = { first: 1_000, longest: 300_000 }

export function createRounds(parts: {
  readonly fetch: (gap: Gap) => Promise<Fetched>
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}): Rounds {
  const { clock, log, signal } = parts
  /** In the order of their turn. Bounded by the channels that exist. */
  const jobs = new Map<string, Job>()
  let wake = Promise.withResolvers<void>()

  function add(gap: Gap, filled: () => void): void {
    const known = jobs.get(gap.channel)
    if (known) {
      const { after, known: heard } = known.gap
      known.gap = { ...gap, after: sooner(gap.after, after), known: sooner(gap.known, heard) }
      known.again = true
      // What waits there already begins earlier, and is told later: one word for both keeps the list short.
      if (gap.after >= after) filled()
      else known.filled.push(filled)
      return
    }
    const over = Promise.withResolvers<void>()
    jobs.set(gap.channel, {
      gap,
      filled: [filled],
      over,
      patience: null,
      again: false,
      tries: 0,
      notBefore: 0,
    })
    wake.resolve()
  }

  async function fill(job: Job): Promise<void> {
    const { gap } = job
    job.again = false
    const fetched = await parts.fetch(gap)
    if (fetched.kind === 'failed') {
      const wait = Math.min(pause.first * 2 ** job.tries, pause.longest)
      job.tries++
      job.notBefore = clock.elapsed() + wait
      log.warn(
        { err: fetched.cause, channel: gap.channel, againInMs: wait },
        'What was missed could not be fetched',
      )
      return
    }
    if (job.again) return
    for (const filled of job.filled) filled()
    jobs.delete(gap.channel)
    job.over.resolve()
  }

  async function next(): Promise<Job | null> {
    const now = clock.elapsed()
    const due = [...jobs.values()].find(({ notBefore }) => notBefore <= now)
    if (due) return due
    const soonest = Math.min(...[...jobs.values()].map(({ notBefore }) => notBefore))
    const timer = new AbortController()
    const stop = AbortSignal.any([signal, timer.signal])
    wake = Promise.withResolvers<void>()
    const slept = clock.sleep(jobs.size === 0 ? idle : Math.max(1, soonest - now), stop)
    await Promise.race([wake.promise, slept]).catch(() => undefined) // stopped: the loop ends
    timer.abort()
    slept.catch(() => undefined)
    return null
  }

  return {
    add,
    before: (channel) => {
      const job = jobs.get(channel)
      if (!job) return null
      // Somebody waits here: this channel is the next.
      const rest = [...jobs].filter(([key]) => key !== channel)
      jobs.clear()
      for (const [key, value] of [[channel, job] as const, ...rest]) jobs.set(key, value)
      // One promise for all who wait, so that they go on in the order in which they came.
      job.patience ??= within({ clock, limit: order, signal }, () => job.over.promise).catch(
        () => undefined, // it takes too long, or Parley stops: nobody waits any longer
      )
      return job.patience
    },
    work: async () => {
      while (!signal.aborted) {
        const job = await next()
        if (!job) continue
        try {
          await fill(job)
        } catch (error) {
          if (signal.aborted) return
          job.notBefore = clock.elapsed() + pause.longest
          log.error({ err: error, channel: job.gap.channel }, 'Catching up failed')
        }
      }
    },
  }
}

const idle = 3_600_000
