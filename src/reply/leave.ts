import type { Clock } from '../ports/clock.ts'
import type { MessageRef, Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'
import type { Answer, Call } from './plan.ts'
import type { Grant, Seat } from './seat.ts'

/** Waits until a call may leave, unless its plan is overtaken meanwhile. */
export interface Leave {
  /** After a pause of `pauseMs`, when the pacer lets it. Null when `interrupt` came first. One at a time. */
  wait(call: Call, pauseMs: number): Promise<Grant | null>
  interrupt(): void
}

/** Made once: an abort without a reason makes an error, with its stack, each time. */
const OVERTAKEN = new Error('The plan was overtaken')

export function createLeave(options: {
  readonly platform: Platform
  readonly place: Place
  readonly clock: Clock
  readonly seat: Seat
  readonly answer: Pick<Answer, 'slots'>
  readonly signal: AbortSignal
}): Leave {
  const { platform, place, clock, seat, answer, signal } = options
  let interrupted = new AbortController()

  function shownAt(index: number): MessageRef | undefined {
    const slot = answer.slots.get(index)
    return slot.kind === 'shown' ? slot.ref : undefined
  }

  async function wait(call: Call, pauseMs: number): Promise<Grant | null> {
    signal.throwIfAborted()
    interrupted = new AbortController()
    const overtaken = interrupted.signal
    const either = AbortSignal.any([signal, overtaken])
    try {
      if (pauseMs > 0) await clock.sleep(pauseMs, either)
      const at = call.kind === 'edit' ? shownAt(call.index) : undefined
      const budgets = platform.budget(place, call.kind, at)
      const later = call.rank === 'first' ? { later: platform.budget(place, 'edit', at) } : {}
      return await seat.take({ rank: call.rank, budgets, ...later }, either)
    } catch (error) {
      signal.throwIfAborted()
      if (overtaken.aborted) return null
      throw error
    }
  }

  return { wait, interrupt: () => interrupted.abort(OVERTAKEN) }
}
