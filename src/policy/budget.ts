import type { Clock } from '../ports/clock.ts'
import type { Charge, Ledger, Reserved, Spender, SpendLimit } from '../ports/ledger.ts'
import type { Usage } from '../ports/model.ts'
import { nanoOf } from './money.ts'
import { costNano, worstNano } from './price.ts'
import type { Prices } from './prices.ts'
import { refusal } from './refusal-words.ts'

/** Money is set aside before a model is called and booked after it, so that answers side by side can't overspend. */
export interface Budget {
  reserve(wish: Wish): Promise<Reservation>
}

export interface Wish {
  /** The turn's; asking again with the same id replaces what was set aside. */
  readonly id: string
  readonly spender: Spender
  readonly model: string
  readonly promptTokens: number
  readonly maxOutputTokens: number
}

export type Reservation =
  | {
      readonly kind: 'reserved'
      /** Nano-dollars set aside. */
      readonly amount: number
      /** The model was not called. */
      release(): Promise<void>
      /** What it cost; `model` as the provider names it. Settle it through the claim, or with `ledger.settle`. */
      charge(usage: Usage, model: string): Charge
    }
  | {
      readonly kind: 'refused'
      readonly words: string
      /** Milliseconds until the day's budget opens again; null = waiting doesn't help. */
      readonly retryAfterMs: number | null
    }

export interface BudgetOptions {
  readonly ledger: Pick<Ledger, 'reserve' | 'release'>
  /** US dollars a UTC day; null = no limit. */
  readonly limits: { readonly day: { readonly all: number | null; readonly person: number | null } }
  readonly clock: Pick<Clock, 'now'>
  readonly prices: Prices
  /**
   * How long a reservation holds money when its process dies, in milliseconds. An hour by default: an answer may be
   * written for ten minutes and then wait a quarter of an hour for its place, and a quarter more to be shown. A turn
   * that takes longer still is not counted between then and its end.
   */
  readonly holdMs?: number
}

const dayMs = 86_400_000
const hourMs = 3_600_000

export function createBudget({ ledger, limits, clock, prices, holdMs = hourMs }: BudgetOptions): Budget {
  return {
    async reserve(wish) {
      const price = await prices.priceOf(wish.model)
      const at = clock.now()
      const amount = worstNano(wish.promptTokens, wish.maxOutputTokens, price)
      const reserved = await hold(wish, at, amount)
      if (reserved.kind === 'refused') {
        const opensIn = dayMs - (at % dayMs)
        return refusal({ ...reserved, amount, opensIn, model: wish.model, known: price.known })
      }
      return {
        kind: 'reserved',
        amount,
        release: () => ledger.release(wish.id),
        charge(usage, model) {
          // A name nobody knows is most likely another name of what was asked for.
          const now = prices.priceNow(model)
          const cost = costNano(usage, now?.known ? now : price)
          return chargeOf(wish, clock.now(), cost, usage, model)
        },
      }
    },
  }

  function hold(wish: Wish, at: number, amount: number): Promise<Reserved> {
    const bounds = limitsAt(at, wish.spender)
    return ledger.reserve({
      id: wish.id,
      at,
      expiresAt: at + holdMs,
      amount,
      spender: wish.spender,
      limits: bounds,
    })
  }

  function limitsAt(at: number, { platform, workspace, person }: Spender): SpendLimit[] {
    const since = at - (at % dayMs)
    const { all, person: each } = limits.day
    const own = { name: 'person', filter: { platform, workspace, person }, since }
    return [
      ...(each === null ? [] : [{ ...own, amount: nanoOf(each) }]),
      ...(all === null ? [] : [{ name: 'all', filter: {}, since, amount: nanoOf(all) }]),
    ]
  }
}

function chargeOf(wish: Wish, at: number, amount: number, usage: Usage, model: string): Charge {
  return {
    id: wish.id,
    at,
    amount,
    spender: wish.spender,
    model,
    purpose: 'chat',
    inputTokens: usage.inputTokens,
    cachedTokens: usage.cachedTokens,
    outputTokens: usage.outputTokens,
  }
}
