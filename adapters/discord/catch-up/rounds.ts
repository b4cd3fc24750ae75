import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import type { Fetched, Gap } from './fetching.ts'
import { sooner } from './snowflake.ts'

/** The gaps that wait to be filled, one at a time. */
export interface Rounds {
  /** `filled` is called once nothing is missing there any more. */
  add(gap: Gap, filled: () => void): void
  isMissing(channel: string): boolean
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
/** For all, while Discord fails. */
const rest = { first: 1_000, longest: 30_000 }

export function createRounds(parts: {
  readonly fetch: (gap: Gap) => Promise<Fetched>
  readonly clock: Clock
  readonly log: Logger
  readonly signal: AbortSignal
}): Rounds {
  const { clock, log, signal } = parts
  /** By channel. Bounded by the channels that exist; each stands in one of the three lists, or is being filled. */
  const jobs = new Map<string, Job>()
  /** Somebody waits there. */
  const urgent = new Set<Job>()
  const due = new Set<Job>()
  /** The soonest first. */
  const failed: Job[] = []
  let failures = 0
  let restUntil = 0
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
    const job: Job = { gap, filled: [filled], over, patience: null, again: false, tries: 0, notBefore: 0 }
    jobs.set(gap.channel, job)
    due.add(job)
    wake.resolve()
  }

  async function fill(job: Job): Promise<void> {
    const { gap } = job
    job.again = false
    const fetched = await parts.fetch(gap)
    // What was found missing meanwhile may begin earlier.
    if (fetched.kind !== 'done' && !job.again) job.gap = { ...gap, after: fetched.reached }
    if (fetched.kind === 'failed') {
      if (fetched.silent) restUntil = clock.elapsed() + Math.min(rest.first * 2 ** failures++, rest.longest)
      else failures = 0
      const wait = later(job)
      log.warn(
        { err: fetched.cause, channel: gap.channel, againInMs: wait },
        'What was missed could not be fetched',
      )
      return
    }
    failures = 0
    job.tries = 0
    if (job.again || fetched.kind === 'more') {
      due.add(job)
      return
    }
    for (const filled of job.filled) filled()
    jobs.delete(gap.channel)
    job.over.resolve()
  }

  function later(job: Job): number {
    const wait = Math.min(pause.first * 2 ** job.tries++, pause.longest)
    job.notBefore = clock.elapsed() + wait
    const place = failed.findLastIndex(({ notBefore }) => notBefore <= job.notBefore)
    failed.splice(place + 1, 0, job)
    return wait
  }

  function next(): Job | null {
    const now = clock.elapsed()
    if (now < restUntil) return null
    while ((failed[0]?.notBefore ?? Number.POSITIVE_INFINITY) <= now) due.add(failed.shift() as Job)
    for (const queue of [urgent, due])
      for (const job of queue) {
        queue.delete(job)
        return job
      }
    return null
  }

  async function idle(): Promise<void> {
    const now = clock.elapsed()
    const waiting = due.size + urgent.size > 0 ? now : (failed[0]?.notBefore ?? now + longestIdle)
    const timer = new AbortController()
    wake = Promise.withResolvers<void>()
    const slept = clock.sleep(
      Math.max(1, restUntil - now, waiting - now),
      AbortSignal.any([signal, timer.signal]),
    )
    await Promise.race([wake.promise, slept]).catch(() => undefined) // stopped: the loop ends
    timer.abort()
    slept.catch(() => undefined)
  }

  return {
    add,
    isMissing: (channel) => jobs.has(channel),
    before: (channel) => {
      const job = jobs.get(channel)
      if (!job) return null
      if (due.delete(job)) urgent.add(job)
      // One promise for all who wait, so that they go on in the order in which they came.
      job.patience ??= within({ clock, limit: order, signal }, () => job.over.promise).catch(
        () => undefined, // it takes too long, or Parley stops: nobody waits any longer
      )
      return job.patience
    },
    work: async () => {
      while (!signal.aborted) {
        const job = next()
        if (!job) {
          await idle()
          continue
        }
        try {
          await fill(job)
        } catch (error) {
          if (signal.aborted) return
          later(job)
          log.error({ err: error, channel: job.gap.channel }, 'Catching up failed')
        }
      }
    },
  }
}

const longestIdle = 3_600_000
