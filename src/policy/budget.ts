import type { Clock } from '../ports/clock.ts'
import type { Charge, Ledger, Reserved, Spender, SpendLimit } from '../ports/ledger.ts'
import type { Usage } from '../ports/model.ts'
import { createCrowd, type Patience } from './crowd.ts'
import { type DayLimits, limitsAt, type Payer, restOfDay, type Today, todayOf } from './day-limits.ts'
import { costNano, outputWithin, worstNano } from './price.ts'
import type { Prices } from './prices.ts'
import { crowdedOut, refusal } from './refusal-words.ts'

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

export interface BudgetOptions {
  readonly ledger: Pick<Ledger, 'reserve' | 'release' | 'spent'>
  readonly limits: { readonly day: DayLimits }
  readonly clock: Clock
  readonly prices: Prices
  /**
   * How long a reservation holds money when its process dies, in milliseconds. An hour by default: an answer may be
   * written for ten minutes and then wait a quarter of an hour for its place, and a quarter more to be shown. A turn
   * that takes longer still is not counted between then and its end.
   */
  readonly holdMs?: number
  readonly patience?: Patience
}

const hourMs = 3_600_000

/** Most answers take seconds: so long there is hope, and nobody thinks yet that Parley is gone. */
const usualPatience: Patience = { limitMs: 60_000, againMs: 250 }

/**
 * Turns that wait for answers to the same person. Each holds one of the slots that all share: one person's questions
 * could fill them all.
 */
const mostOwn = 2

/** Tokens. Some screens of text, thinking included; a shorter answer would often be cut. */
const shortAnswer = 1_024

export function createBudget(options: BudgetOptions): Budget {
  const { ledger, limits, clock, prices, holdMs = hourMs, patience = usualPatience } = options
  const crowd = createCrowd(clock, patience)
  return {
    today: (payer) => todayOf(ledger, limits.day, clock.now(), payer),

    async reserve(wish, signal) {
      const { model, promptTokens, maxOutputTokens } = wish
      const price = await prices.priceOf(model)
      const worst = (tokens: number) => worstNano(promptTokens, Math.min(tokens, maxOutputTokens), price)
      const range = { amount: worst(maxOutputTokens), least: worst(shortAnswer) }
      const held = await room(wish, range, signal)
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

  async function room(wish: Wish, range: Range, signal: AbortSignal): Promise<Reserved | Crowded> {
    const attempt = async (): Promise<Reserved | Crowded> => {
      const held = await hold(wish, range)
      const mayComeBack = held.kind === 'refused' && held.booked + range.amount <= held.limit.amount
      return mayComeBack ? { kind: 'crowded', limit: held.limit } : held
    }
    // Nobody overtakes those who wait already.
    const before = limitsAt(limits.day, clock.now(), wish).find((limit) => crowd.waitsIn(lineOf(limit)))
    const first: Reserved | Crowded = before ? { kind: 'crowded', limit: before } : await attempt()
    if (first.kind !== 'crowded' || !wish.patient) return first
    const visitor = {
      line: lineOf(first.limit),
      most: first.limit.name === 'person' ? mostOwn : Infinity,
      async attempt() {
        const again = await attempt()
        return again.kind === 'crowded' ? null : again
      },
      undo: () => ledger.release(wish.id),
    }
    return (await crowd.wait(visitor, signal)) ?? first
  }

  function hold(wish: Wish, range: Range): Promise<Reserved> {
    const { id, spender } = wish
    const at = clock.now()
    return ledger.reserve({
      ...{ id, at, expiresAt: at + holdMs, ...range, spender },
      limits: limitsAt(limits.day, at, wish),
    })
  }
}

/** Nano-dollars. */
interface Range {
  readonly amount: number
  readonly least: number
}

/** Only what running answers have set aside is in the way. */
interface Crowded {
  readonly kind: 'crowded'
  readonly limit: SpendLimit
}

/** Who waits for room under the same limit waits in one line. */
const lineOf = ({ name, filter }: SpendLimit): string => JSON.stringify([name, filter])

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
