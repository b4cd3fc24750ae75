import type { Clock } from '../ports/clock.ts'
import type { MessageRef, Place } from '../ports/event.ts'
import type { Platform, Way } from '../ports/platform.ts'
import type { Answer, Call } from './plan.ts'
import type { Choice, Grant, Seat } from './seat.ts'

/** Waits until a call may leave, unless its plan is overtaken meanwhile. */
export interface Leave {
  /** After a pause of `pauseMs`, when the pacer lets it. Null when `interrupt` came first. One at a time. */
  wait(call: Call, pauseMs: number): Promise<Allowed | null>
  interrupt(): void
}

export interface Allowed {
  readonly grant: Grant
  /** How a message that is sent will grow; null: not at all, or it is there already. */
  readonly way: Way | null
}

/** Made once: an abort without a reason makes an error, with its stack, each time. */
const OVERTAKEN = new Error('The plan was overtaken')

interface WayOut extends Choice {
  readonly way: Way | null
}

export function createLeave(options: {
  readonly platform: Platform
  readonly place: Place
  readonly clock: Clock
  readonly seat: Seat
  readonly answer: Pick<Answer, 'slots' | 'ways'>
  readonly signal: AbortSignal
}): Leave {
  const { platform, place, clock, seat, answer, signal } = options
  let interrupted = new AbortController()

  function shownAt(index: number): MessageRef | undefined {
    const slot = answer.slots.get(index)
    return slot.kind === 'shown' ? slot.ref : undefined
  }

  /** What the call may spend, the best way first. */
  function choices(call: Call): readonly [WayOut, ...WayOut[]] {
    if (call.kind === 'remove') return [{ way: null, budgets: platform.budget(place, 'remove', call.at.ref) }]
    const growing = call.part.state === 'writing'
    if (call.kind === 'send') {
      const ways = call.part.file ? answer.ways.filter((way) => way === 'edit') : answer.ways
      const [best, ...others] = growing ? ways.map(beginning) : []
      return best ? [best, ...others] : [{ way: null, budgets: platform.budget(place, 'send') }]
    }
    const at = shownAt(call.index)
    const budgets = platform.budget(place, growing ? 'edit' : 'finish', at)
    return [{ way: null, budgets, ...(call.rank === 'first' && { later: budgets, owed: true }) }]
  }

  const beginning = (way: Way): WayOut =>
    way === 'stream'
      ? { way, budgets: platform.budget(place, 'stream'), later: platform.budget(place, 'finish') }
      : { way, budgets: platform.budget(place, 'send'), later: platform.budget(place, 'edit') }

  async function wait(call: Call, pauseMs: number): Promise<Allowed | null> {
    signal.throwIfAborted()
    interrupted = new AbortController()
    const overtaken = interrupted.signal
    const either = AbortSignal.any([signal, overtaken])
    try {
      if (pauseMs > 0) await clock.sleep(pauseMs, either)
      const [best, ...or] = choices(call)
      const grant = await seat.take({ rank: call.rank, ...best, or }, either)
      return { grant, way: (or[grant.choice - 1] ?? best).way }
    } catch (error) {
      signal.throwIfAborted()
      if (overtaken.aborted) return null
      throw error
    }
  }

  return { wait, interrupt: () => interrupted.abort(OVERTAKEN) }
}
