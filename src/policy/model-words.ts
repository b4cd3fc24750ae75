import type { Prices } from './prices.ts'

/** `$1.00 in, $5.00 out per million tokens; 1,050,000 tokens of context`, or null where nobody knows. */
export async function modelInWords(prices: Prices, id: string): Promise<string | null> {
  const [price, context] = [await prices.priceOf(id), await prices.contextOf(id)]
  if (!price.known) return null
  const dollars = (rate: number) => `$${(rate / 1e6).toFixed(2)}`
  const { input, output } = price.rates
  const size = `${context.window.toLocaleString('en')} tokens of context`
  return input + output === 0
    ? size
    : `${dollars(input)} in, ${dollars(output)} out per million tokens; ${size}`
}
