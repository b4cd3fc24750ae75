import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import { MediaError } from '../../src/ports/failure.ts'
import type { Bounds } from '../../src/ports/media-tools.ts'
import { within } from '../../src/within.ts'
import { brokenDown, type Child, startChild } from './child.ts'
import { type Answer, boundsOf, type Job } from './job.ts'
import { createPlaces, type Places } from './places.ts'

export interface PoolOptions {
  readonly clock: Clock
  readonly log: Logger
  /** What the children run: it calls `serve`. */
  readonly program: URL
  /** Instead of each job's own. */
  readonly bounds?: Partial<Bounds> | undefined
  readonly places?: Places
}

/** Child processes that do jobs, one at a time each; those without a job are kept for a while. */
export interface Pool {
  /** Those with the same `whose` take turns with others. */
  run(job: Job, signal: AbortSignal, whose?: string): Promise<unknown>
  close(): Promise<void>
}

/** Milliseconds a child is kept without a job. */
export const warmFor = 60_000

export function createPool(options: PoolOptions): Pool {
  const { clock, log, program } = options
  const places = options.places ?? createPlaces({ clock, most: 2, waiting: 200 })
  const all = new Set<Child>()
  /** Each with what calls its end off. */
  const warm: { readonly child: Child; readonly used: AbortController }[] = []
  let closed = false

  function take(): Child {
    for (let next = warm.pop(); next !== undefined; next = warm.pop()) {
      next.used.abort()
      if (next.child.alive()) return next.child
    }
    const child = start()
    all.add(child)
    void child.gone.then(() => all.delete(child))
    return child
  }

  function start(): Child {
    try {
      return startChild(program)
    } catch (error) {
      log.warn({ reason: String(error) }, 'No media process could be started')
      throw new MediaError('failed', brokenDown, error)
    }
  }

  function keep(child: Child): void {
    const used = new AbortController()
    warm.push({ child, used })
    clock.sleep(warmFor, used.signal).then(
      () => {
        warm.splice(
          warm.findIndex((each) => each.child === child),
          1,
        )
        child.kill()
      },
      // It got a job in time, or the pool was closed.
      () => undefined,
    )
  }

  async function work(job: Job, child: Child, signal: AbortSignal): Promise<unknown> {
    const { milliseconds: limit, megabytes } = { ...boundsOf(job), ...options.bounds }
    const bounds = { clock, limit, signal, late: () => tooSlow(limit) }
    let answer: Answer
    try {
      answer = await within(bounds, () => child.run({ job, megabytes }))
    } catch (error) {
      child.kill()
      if (!signal.aborted && !closed) {
        log.warn({ job: job.kind, reason: String(error) }, 'A media process was ended over its job')
        log.debug({ lastWords: child.lastWords() }, 'What it said last')
      }
      throw error
    }
    if (answer.spent) child.kill()
    if (answer.kind === 'done') return answer.result
    if (answer.failure === 'failed') log.warn({ job: job.kind }, 'A media job failed; level debug tells why')
    if (answer.detail !== null) log.debug({ job: job.kind, detail: answer.detail }, 'A file was not read')
    throw new MediaError(answer.failure, answer.words)
  }

  return {
    async run(job, signal, whose) {
      const place = await places.enter(boundsOf(job).heavy, signal, whose)
      if (closed) {
        place.leave()
        throw new MediaError('failed', brokenDown)
      }
      let child: Child | null = null
      try {
        child = take()
        return await work(job, child, signal)
      } finally {
        if (child === null) place.leave()
        else if (child.alive()) {
          keep(child)
          place.leave()
        } else {
          // The place is free once it is really gone, so that there are never more of them than places.
          void child.gone.then(() => place.leave())
        }
      }
    },
    async close() {
      closed = true
      for (const { used } of warm.splice(0)) used.abort()
      const gone = [...all].map((child) => child.gone)
      for (const child of all) child.kill()
      await Promise.all(gone)
    },
  }
}

const tooSlow = (ms: number): MediaError =>
  new MediaError(
    'too_slow',
    `it takes longer than ${Math.round(ms / 1000)} seconds to read: it may be damaged, or made to do harm`,
  )
