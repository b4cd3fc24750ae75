import type { Bought, Buying } from './buying.ts'

/** The same buying, with its deals counted, so that a stop can wait for what is still to be booked or given back. */
export interface OpenDeals {
  readonly buying: Buying
  /** Resolves when nothing is being set aside, or set aside and neither booked nor given back. */
  idle(): Promise<void>
}

export function countDeals(buying: Buying): OpenDeals {
  const deals = new Set<object>()
  const waiting = new Set<() => void>()

  function over(deal: object): void {
    deals.delete(deal)
    if (deals.size > 0) return
    for (const resolve of waiting) resolve()
    waiting.clear()
  }

  return {
    buying: {
      async open(wish, signal) {
        const deal = {}
        deals.add(deal)
        const open = await buying.open(wish, signal).catch((error: unknown) => {
          over(deal)
          throw error
        })
        if (open.kind === 'refused') {
          over(deal)
          return open
        }
        const ended = (end: () => Promise<void>) => end().finally(() => over(deal))
        const counted: Bought = {
          kind: 'bought',
          settle: (...how) => ended(() => open.settle(...how)),
          release: () => ended(() => open.release()),
        }
        return counted
      },
    },
    idle() {
      if (deals.size === 0) return Promise.resolve()
      const { promise, resolve } = Promise.withResolvers<void>()
      waiting.add(resolve)
      return promise
    },
  }
}
