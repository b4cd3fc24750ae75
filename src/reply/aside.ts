import type { RateBudget, Reported } from '../ports/outcome.ts'
import { granted } from './granted.ts'
import type { Pacer } from './pacer.ts'

export interface Aside {
  readonly pacer: Pacer
  /** The platform's name. */
  readonly platform: string
  readonly signal: AbortSignal
}

/**
 * Makes a call that nobody waits for (a history, a name, a thread's title) when the limits allow it, behind everything
 * that people wait for. Rejects with the signal's reason, or with what `call` rejects with.
 */
export async function callAside<T extends Reported>(
  { pacer, platform, signal }: Aside,
  budgets: readonly RateBudget[],
  call: () => Promise<T>,
): Promise<T> {
  const seat = pacer.enter(platform)
  try {
    return await granted({ seat, rank: 'aside', budgets, signal }, call)
  } finally {
    seat.leave()
  }
}
