import type { Clock } from '../ports/clock.ts'
import type { Charge, Ledger } from '../ports/ledger.ts'
import type { Usage } from '../ports/model.ts'
import { type Payer, restOfDay } from './day-limits.ts'
import type { Prices } from './prices.ts'
import { type Bargain, crowdedOut, refusal } from './refusal-words.ts'
import { createSettingAside, type SettingAsideOptions } from './setting-aside.ts'
import { boughtNano, type Wares, waresNano } from './wares.ts'

export type { Wares } from './wares.ts'

/** Money for what is not a chat answer: transcripts, speech, pictures. Set aside at worst before the call, booked after it. */
export interface Buying {
  /** Rejects with the signal's reason while it waits for money that others have set aside. */
  open(wish: BuyingWish, signal: AbortSignal): Promise<Bought | Unaffordable>
}

export interface BuyingWish {
  /** The ledger's id: the same for each try of the same thing, so that it is booked once. */
  readonly id: string
  readonly payer: Payer
  readonly model: string
  readonly wares: Wares
  /** Whether it waits for money that others have set aside; absent: it does. */
  readonly patient?: boolean
}

export interface Bought {
  readonly kind: 'bought'
  /**
   * It was made: books what it cost, by the usage the provider reported or else by the wares. Frees the rest.
   * `made`: what came of it, where that is not all that was wished.
   */
  settle(usage: Usage | null, model?: string, made?: Wares): Promise<void>
  /** The model was never reached: nothing is owed. */
  release(): Promise<void>
}

export interface Unaffordable {
  readonly kind: 'refused'
  /** For the person: what the budget says, and what to do. */
  readonly words: string
  readonly retryAfterMs: number | null
}

export interface BuyingOptions extends SettingAsideOptions {
  readonly ledger: Pick<Ledger, 'reserve' | 'release' | 'settle'>
  readonly clock: Clock
  readonly prices: Pick<Prices, 'waresPrice'>
  /** Told of everything that is booked, in nano-dollars. */
  readonly booked?: (model: string, amount: number) => void
}

const bargains: Readonly<Record<Wares['kind'], Bargain>> = {
  transcription: {
    name: 'this transcript',
    less: 'Send a shorter recording, or choose a cheaper model.',
  },
  speech: { name: 'this speech', less: 'Have a shorter text read, or choose a cheaper model.' },
  image: { name: 'this picture', less: 'Ask for a smaller picture, or choose a cheaper model.' },
}

export function createBuying(options: BuyingOptions): Buying {
  const { ledger, clock, prices } = options
  const setAside = createSettingAside(options)
  return {
    async open({ id, payer, model, wares, patient = true }, signal) {
      const price = prices.waresPrice(wares.kind, model)
      const amount = waresNano(wares, price)
      const { booked, ...who } = payer
      const held = await setAside({ ...who, id, patient }, { amount, least: amount }, signal)
      const asked = { amount, model, known: price.known, bargain: bargains[wares.kind] }
      if (held.kind === 'crowded') return crowdedOut({ ...asked, limit: held.limit })
      if (held.kind === 'refused') return refusal({ ...asked, ...held, opensIn: restOfDay(clock.now()) })
      return {
        kind: 'bought',
        release: () => ledger.release(id),
        async settle(usage, named = model, made = wares) {
          // A name nobody knows is most likely another name of what was asked for.
          const now = prices.waresPrice(wares.kind, named)
          const cost = boughtNano(made, usage, now.known ? now : price)
          await ledger.settle(chargeOf({ id, payer, model: named, wares }, clock.now(), cost, usage))
          booked?.(cost)
          options.booked?.(named, cost)
        },
      }
    },
  }
}

const chargeOf = (
  { id, payer, model, wares }: BuyingWish,
  at: number,
  amount: number,
  usage: Usage | null,
): Charge => ({
  id,
  at,
  amount,
  spender: payer.spender,
  model,
  purpose: wares.kind,
  inputTokens: usage?.inputTokens ?? 0,
  cachedTokens: usage?.cachedTokens ?? 0,
  outputTokens: usage?.outputTokens ?? 0,
})
