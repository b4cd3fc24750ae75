import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'
import type { Call } from './plan.ts'
import type { Grant, Seat } from './seat.ts'

/** Waits until a call may leave, unless its plan is overtaken meanwhile. */
export interface Leave {
  /** After a pause of `pauseMs`, when the pacer lets it. Null when `interrupt` came first. One at a time. */
  wait(call: Call, pauseMs: number): Promise<Grant | null>
  interrupt(): void
}

export function createLeave(options: {
  readonly platform: Platform
  readonly place: Place
  readonly clock: Clock
  readonly seat: Seat
  readonly signal: AbortSignal
}): Leave {
  const { platform, place, clock, seat, signal } = options
  let interrupted = new AbortController()

  async function wait(call: Call, pauseMs: number): Promise<Grant | null> {
    signal.throwIfAborted()
    interrupted = new AbortController()
    const overtaken = interrupted.signal
    const either = AbortSignal.any([signal, overtaken])
    try {
      if (pauseMs > 0) await clock.sleep(pauseMs, either)
      const budgets = platform.budget(place, call.kind)
      const later = call.rank === 'first' ? { later: platform.budget(place, 'edit') } : {}
      return await seat.take({ rank: call.rank, budgets, ...later }, either)
    } catch (error) {
      signal.throwIfAborted()
      if (overtaken.aborted) return null
      throw error
    }
  }

  return { wait, interrupt: () => interrupted.abort() }
}
