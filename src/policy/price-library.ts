import { calcPrice, findProvider, type ModelPrice } from '@pydantic/genai-prices'
import { type Price, ratesOf } from './price.ts'
import type { Context } from './prices.ts'

export interface Listed {
  readonly price: Price
  readonly context: Context | null
}

/** Looks a model up among the models of the server at `baseUrl` (null = OpenAI); null when it isn't listed there. */
export function listed(model: string, baseUrl: string | null): Listed | null {
  const provider = baseUrl === null ? null : findProvider({ providerApiUrl: baseUrl })
  const found = calcPrice({ input_tokens: 1 }, model, provider ? { provider } : { providerId: 'openai' })
  const price = found && priceFrom(found.model_price)
  if (!found || !price) return null
  const window = found.model.context_window
  return { price, context: window === undefined ? null : { window, input: window, output: null } }
}

function priceFrom(price: ModelPrice): Price | null {
  const keys = ['input_mtok', 'cache_read_mtok', 'cache_write_mtok', 'output_mtok'] as const
  const starts = keys.flatMap((key) => stepOf(price[key])?.start ?? [])
  const above = starts.length === 0 ? null : Math.min(...starts)
  const dollars = (long: boolean) => {
    const [input, cached, cacheWrite, output] = keys.map((key) => amount(price[key], long))
    return input === undefined ? null : { input, cached, cacheWrite, output: output ?? 0 }
  }
  const base = dollars(false)
  if (base === null) return null
  const long = above === null ? null : dollars(true)
  return {
    rates: ratesOf(base),
    long: long === null || above === null ? null : { above, rates: ratesOf(long) },
    known: true,
  }
}

type Amount = ModelPrice[string]

function amount(price: Amount, long: boolean): number | undefined {
  if (typeof price !== 'object') return price
  return long ? (stepOf(price)?.price ?? price.base) : price.base
}

/** The first step up; no model sold to OpenAI's clients has a second. */
function stepOf(price: Amount): { start: number; price: number } | undefined {
  return typeof price === 'object' ? price.tiers[0] : undefined
}
