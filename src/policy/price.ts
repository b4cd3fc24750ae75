import type { Usage } from '../ports/model.ts'

/** What a model costs. */
export interface Price {
  readonly rates: Rates
  /** A request with more input tokens than `above` costs these rates from its first token on. */
  readonly long: { readonly above: number; readonly rates: Rates } | null
  /** false: nobody told Parley; it counts as the dearest model known. */
  readonly known: boolean
}

/** Whole nano-dollars for a thousand tokens (a millionth of a dollar for a million), so that costs are exact. */
export interface Rates {
  readonly input: number
  readonly cached: number
  readonly cacheWrite: number
  readonly output: number
}

/** US dollars for a million tokens; what is absent costs as the input. */
export interface DollarRates {
  readonly input: number
  readonly cached?: number | undefined
  readonly cacheWrite?: number | undefined
  readonly output: number
}

export const free: Price = {
  rates: { input: 0, cached: 0, cacheWrite: 0, output: 0 },
  long: null,
  known: true,
}

export function ratesOf({ input, cached = input, cacheWrite = input, output }: DollarRates): Rates {
  const rate = (usd: number) => Math.round(usd * 1e6)
  return { input: rate(input), cached: rate(cached), cacheWrite: rate(cacheWrite), output: rate(output) }
}

/** Whole nano-dollars, rounded up. */
export function costNano(
  usage: Pick<Usage, 'inputTokens' | 'cachedTokens' | 'cacheWriteTokens' | 'outputTokens'>,
  price: Price,
): number {
  const { inputTokens, cachedTokens, cacheWriteTokens = 0, outputTokens } = usage
  const rates = ratesFor(inputTokens, price)
  const plain = Math.max(0, inputTokens - cachedTokens - cacheWriteTokens)
  return Math.ceil(
    (plain * rates.input +
      cachedTokens * rates.cached +
      cacheWriteTokens * rates.cacheWrite +
      outputTokens * rates.output) /
      1_000,
  )
}

/** The most a request can cost: nothing cached, everything written to the cache, every output token used. */
export function worstNano(inputTokens: number, outputTokens: number, price: Price): number {
  const rates = ratesFor(inputTokens, price)
  const input = Math.max(rates.input, rates.cached, rates.cacheWrite)
  return Math.ceil((inputTokens * input + outputTokens * rates.output) / 1_000)
}

/** The most output tokens with which a request's worst cost stays within `amount` nano-dollars; below 0 when its input costs more. */
export function outputWithin(amount: number, inputTokens: number, price: Price): number {
  const { output } = ratesFor(inputTokens, price)
  const left = amount - worstNano(inputTokens, 0, price)
  return output === 0 && left >= 0 ? Infinity : Math.floor((left * 1_000) / output)
}

function ratesFor(inputTokens: number, price: Price): Rates {
  return price.long !== null && inputTokens > price.long.above ? price.long.rates : price.rates
}
