import { type DollarRates, free, type Price, ratesOf } from './price.ts'
import type { Listed } from './price-library.ts'
import { dearest, tableContext, tablePrice } from './price-table.ts'
import { freeWares, tableWares, type Wares, type WaresPrice, waresFromTokens } from './wares.ts'

/** Tokens. */
export interface Context {
  /** Prompt and answer together. */
  readonly window: number
  readonly input: number
  /** null = not known. */
  readonly output: number | null
}

export interface Prices {
  /**
   * The settings' price, else that of Parley's own table, else of the price library, else the dearest with
   * `known: false`. The library's first use takes some 200 ms of the event loop: call it at the start for the models
   * that are configured.
   */
  priceOf(model: string): Promise<Price>
  /** As `priceOf`, but only from what is in memory already; null = can't say. */
  priceNow(model: string): Price | null
  /** What sounds, speech and pictures cost: the settings' price, else that of Parley's own table, else the dearest of the kind. */
  waresPrice(kind: Wares['kind'], model: string): WaresPrice
  /** 128,000 tokens for a model nobody knows. */
  contextOf(model: string): Promise<Context>
}

export interface PricesOptions {
  /** By model, or `*` for all that have no line of their own. */
  readonly overrides: Readonly<Record<string, DollarRates>>
  /** In rehearsal every model costs nothing. */
  readonly provider: 'openai' | 'rehearsal'
  /** null = OpenAI. */
  readonly baseUrl: string | null
}

/** Names come from anybody who asks by REST. */
const mostLooked = 100

const unknownContext: Context = { window: 128_000, input: 128_000, output: null }

export function createPrices({ overrides, provider, baseUrl }: PricesOptions): Prices {
  const fixed = new Map(Object.entries(overrides))
  const looked = new Map<string, Listed | null>()
  let library: typeof import('./price-library.ts') | null = null

  async function load() {
    library ??= await import('./price-library.ts')
    return listed
  }
  /** Each look at the library takes 0.3 ms. */
  function listed(model: string): Listed | null {
    const known = looked.get(model)
    if (known !== undefined || library === null) return known ?? null
    if (looked.size >= mostLooked) looked.clear()
    const found = library.listed(model, baseUrl)
    looked.set(model, found)
    return found
  }
  const settingFor = (model: string) => fixed.get(model) ?? fixed.get(nameOf(model)) ?? fixed.get('*')

  function fromSettings(model: string): Price | null {
    if (provider === 'rehearsal') return free
    const dollars = settingFor(model)
    return dollars === undefined ? null : { rates: ratesOf(dollars), long: null, known: true }
  }
  function priceNow(model: string): Price | null {
    const own = fromSettings(model) ?? tablePrice(nameOf(model))
    if (own !== null || library === null) return own
    return listed(model)?.price ?? dearest()
  }

  return {
    priceNow,
    waresPrice(kind, model) {
      if (provider === 'rehearsal') return freeWares
      const dollars = settingFor(model)
      return dollars === undefined ? tableWares(kind, nameOf(model)) : waresFromTokens(kind, dollars)
    },
    async priceOf(model) {
      const now = priceNow(model)
      if (now !== null) return now
      return (await load())(model)?.price ?? dearest()
    },
    async contextOf(model) {
      const own = tableContext(nameOf(model))
      if (own !== null) return own
      if (provider === 'rehearsal') return unknownContext
      return (await load())(model)?.context ?? unknownContext
    },
  }
}

/** Without a reseller's prefix and the date of a snapshot, which cost the same. */
function nameOf(model: string): string {
  return model.replace(/^openai\//, '').replace(/-\d{4}-\d{2}-\d{2}$/, '')
}
