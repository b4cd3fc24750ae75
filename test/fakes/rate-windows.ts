import type { Clock } from '../../src/ports/clock.ts'
import type { RateBudget, RateObservation } from '../../src/ports/outcome.ts'

/** The limits a fake platform enforces: so many calls in any window, or, `fixed`, in windows that refill at once. */
export interface RateWindows {
  /** Counts a call; null when it is allowed, else how long it is not, in milliseconds. */
  count(budgets: readonly RateBudget[]): { readonly waitMs: number; readonly bucket: string } | null
  report(budget: RateBudget): RateObservation
}

interface Window {
  readonly hits: number[]
  until: number
  left: number
}

export function rateWindows(clock: Clock, fixed: boolean): RateWindows {
  const windows = new Map<string, Window>()

  function windowOf(budget: RateBudget, now: number): Window {
    const window = windows.get(budget.bucket) ?? { hits: [], until: 0, left: budget.limit }
    windows.set(budget.bucket, window)
    if (now >= window.until) window.left = budget.limit
    return window
  }

  function waitMs(budget: RateBudget, now: number): number {
    const window = windowOf(budget, now)
    if (fixed) return window.left <= 0 ? window.until - now : 0
    const first = window.hits.at(-budget.limit)
    return first === undefined ? 0 : Math.max(0, first + budget.windowMs - now)
  }

  return {
    count(budgets) {
      const now = clock.elapsed()
      for (const budget of budgets) {
        const wait = waitMs(budget, now)
        if (wait > 0) return { waitMs: wait, bucket: budget.bucket }
      }
      for (const budget of budgets) {
        const window = windowOf(budget, now)
        if (window.left === budget.limit) window.until = now + budget.windowMs
        window.left--
        window.hits.push(now)
        if (window.hits.length > budget.limit) window.hits.shift()
      }
      return null
    },
    report(budget) {
      const now = clock.elapsed()
      const { left, until } = windowOf(budget, now)
      const resetAfterMs = Math.max(0, until - now)
      return { bucket: budget.bucket, limit: budget.limit, remaining: left, resetAfterMs }
    },
  }
}
