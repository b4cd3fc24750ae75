import type { Clock } from '../ports/clock.ts'
import type { Charge, Ledger, Spender } from '../ports/ledger.ts'
import type { Usage } from '../ports/model.ts'
import { type Payer, restOfDay, type Today, todayOf } from './day-limits.ts'
import { costNano, outputWithin, worstNano } from './price.ts'
import type { Prices } from './prices.ts'
import { crowdedOut, refusal } from './refusal-words.ts'
import { createSettingAside, type SettingAsideOptions } from './setting-aside.ts'

/** Money is set aside before a model is called and booked after it, so that answers side by side can't overspend. */
export interface Budget {
  /**
   * Where only the reservations of answers that are being written are in the way, a shorter answer is settled for, or
   * they are waited for. Rejects with the signal's reason.
   */
  reserve(wish: Wish, signal: AbortSignal): Promise<Reservation>
  /** What stands against one person's name today. */
  today(payer: Payer): Promise<Today>
}

export interface Wish {
  /** The turn's; asking again with the same id replaces what was set aside. */
  readonly id: string
  readonly spender: Spender
  /** `spender.person` is an account: one and the same in all workspaces of the platform. Absent = false. */
  readonly isAccount?: boolean
  readonly model: string
  readonly promptTokens: number
  readonly maxOutputTokens: number
  /** What can be done without is not waited for. */
  readonly patient: boolean
}

export type Reservation =
  | {
      readonly kind: 'reserved'
      /** Nano-dollars set aside. */
      readonly amount: number
      /** The longest answer that is paid for; shorter than was wished where others took the room. */
      readonly maxOutputTokens: number
      /** The model was not called. */
      release(): Promise<void>
      /** What it cost; `model` as the provider names it. Settle it through the claim, or with `ledger.settle`. */
      charge(usage: Usage, model: string): Charge
    }
  | {
      readonly kind: 'refused'
      readonly words: string
      /** Milliseconds until there may be money again; null = waiting doesn't help. */
      readonly retryAfterMs: number | null
    }

export interface BudgetOptions extends SettingAsideOptions {
  readonly ledger: Pick<Ledger, 'reserve' | 'release' | 'spent'>
  readonly clock: Clock
  readonly prices: Prices
}

/** Tokens. Some screens of text, thinking included; a shorter answer would often be cut. */
const shortAnswer = 1_024

export function createBudget(options: BudgetOptions): Budget {
  const { ledger, limits, clock, prices } = options
  const setAside = createSettingAside(options)
  return {
    today: (payer) => todayOf(ledger, limits.day, clock.now(), payer),

    async reserve(wish, signal) {
      const { model, promptTokens, maxOutputTokens } = wish
      const price = await prices.priceOf(model)
      const worst = (tokens: number) => worstNano(promptTokens, Math.min(tokens, maxOutputTokens), price)
      const range = { amount: worst(maxOutputTokens), least: worst(shortAnswer) }
      const held = await setAside(wish, range, signal)
      const asked = { amount: range.amount, model, known: price.known }
      if (held.kind === 'crowded') return crowdedOut({ ...asked, limit: held.limit })
      if (held.kind === 'refused') {
        return refusal({ ...asked, ...held, opensIn: restOfDay(clock.now()) })
      }
      const { amount } = held
      return {
        kind: 'reserved',
        amount,
        maxOutputTokens: Math.min(maxOutputTokens, outputWithin(amount, promptTokens, price)),
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
