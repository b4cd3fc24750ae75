import type { Outcome, RateBudget, RateObservation } from '../../src/ports/outcome.ts'
import { createPacer } from '../../src/reply/pacer.ts'
import type { Seat, Wish } from '../../src/reply/seat.ts'
import { type SimulatedClock, simulatedClock } from '../fakes/clock.ts'

export const never = new AbortController().signal
export const budget = (bucket: string, limit: number, windowMs = 1000): RateBudget => ({
  bucket,
  limit,
  windowMs,
})
export const sent = (rate?: readonly RateObservation[]): Outcome => ({
  kind: 'sent',
  ref: { channel: 'c', id: '1' },
  ...(rate ? { rate } : {}),
})

export interface Desk {
  readonly clock: SimulatedClock
  /** Names in the order in which they were let through, and when. */
  readonly served: { name: string; at: number }[]
  readonly seat: Seat
  /** Waits for leave, makes a call of `tookMs` and tells its outcome. */
  call(
    name: string,
    wish: Partial<Wish>,
    options?: { seat?: Seat; tookMs?: number; outcome?: Outcome },
  ): Promise<void>
  readonly pacer: ReturnType<typeof createPacer>
}

export function desk(): Desk {
  const clock = simulatedClock()
  const pacer = createPacer({ clock })
  const own = pacer.enter('test')
  const served: Desk['served'] = []
  return {
    clock,
    pacer,
    served,
    seat: own,
    async call(name, wish, { seat = pacer.enter('test'), tookMs = 0, outcome = sent() } = {}) {
      const grant = await seat.take({ rank: 'final', budgets: [budget('b', 2)], ...wish }, never)
      served.push({ name, at: clock.elapsed() })
      if (tookMs > 0) await clock.sleep(tookMs)
      grant.settle(outcome)
    },
  }
}

export const names = (at: Desk): string[] => at.served.map(({ name }) => name)
export const times = (at: Desk): number[] => at.served.map((each) => each.at)
