import type { Clock } from '../ports/clock.ts'
import { TooSlow } from '../within.ts'

/** Work that nobody waits for, beside the answers. None of it survives the process. */
export interface Sideline {
  /** Runs it as soon as there is room; false when too much waits already, or all of it was stopped. */
  add(run: (signal: AbortSignal) => Promise<void>): boolean
  /** Breaks off what runs and drops what waits; nothing is taken in any more. */
  stop(): void
  /** Resolves when nothing runs or waits. */
  idle(): Promise<void>
}

export interface SidelineOptions {
  readonly clock: Clock
  /** Runs at once, and runs that wait. */
  readonly atOnce: number
  readonly waiting: number
  /** Milliseconds for one run. */
  readonly limitMs: number
  failed(error: unknown): void
}

export function createSideline({ clock, atOnce, waiting, limitMs, failed }: SidelineOptions): Sideline {
  const stopped = new AbortController()
  const queue: ((signal: AbortSignal) => Promise<void>)[] = []
  const watchers: (() => void)[] = []
  let running = 0

  async function carryOut(run: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const late = new AbortController()
    const timer = new AbortController()
    clock.sleep(limitMs, timer.signal).then(
      () => late.abort(new TooSlow(limitMs)),
      // It was over in time.
      () => undefined,
    )
    try {
      await run(AbortSignal.any([late.signal, stopped.signal]))
    } catch (error) {
      failed(error)
    } finally {
      timer.abort()
    }
  }

  function next(): void {
    while (running < atOnce) {
      const run = queue.shift()
      if (run === undefined) break
      running++
      void carryOut(run).finally(() => {
        running--
        next()
      })
    }
    if (running === 0) for (const resolve of watchers.splice(0)) resolve()
  }

  return {
    add(run) {
      if (stopped.signal.aborted || queue.length >= waiting) return false
      queue.push(run)
      next()
      return true
    },
    stop() {
      queue.length = 0
      stopped.abort(new Error('Parley is stopping'))
    },
    idle: () => (running === 0 ? Promise.resolve() : new Promise((resolve) => watchers.push(resolve))),
  }
}
