import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dollars, nanoOf } from '../../src/policy/money.ts'
import { costNano, worstNano } from '../../src/policy/price.ts'
import table from '../../src/policy/prices.json' with { type: 'json' }
import { createPrices, type PricesOptions } from '../../src/policy/prices.ts'

const make = (options: Partial<PricesOptions> = {}) =>
  createPrices({ overrides: {}, provider: 'openai', baseUrl: null, ...options })
const usage = (inputTokens: number, outputTokens: number, cachedTokens = 0, cacheWriteTokens = 0) => ({
  inputTokens,
  cachedTokens,
  cacheWriteTokens,
  outputTokens,
})
const million = 1_000_000

describe('the price of a model', () => {
  it.each([
    ['gpt-6.1-terra', 1.0, 0.05, 5.0],
    ['gpt-6.1-sol', 2.0, 0.1, 10.0],
    ['gpt-6-luna', 0.1, 0.01, 0.5],
    ['gpt-6-astra', 10, 1, 50],
    ['gpt-6.1-terra-2026-10-26', 1.0, 0.05, 5.0],
    ['openai/gpt-6.1-sol', 2.0, 0.1, 10.0],
    ['gpt-4o-mini', 0.15, 0.075, 0.6],
  ])('%s costs $%d, $%d cached and $%d out a million', async (model, input, cached, output) => {
    const price = await make().priceOf(model)
    expect(price.known).toBe(true)
    expect(costNano(usage(100_000, 0), price)).toBe(nanoOf(input / 10))
    expect(costNano(usage(100_000, 0, 100_000), price)).toBe(nanoOf(cached / 10))
    expect(costNano(usage(0, million), price)).toBe(nanoOf(output))
  })

  it('doubles for the input and grows by half for the output above 272,000 tokens, for the whole request', async () => {
    const price = await make().priceOf('gpt-6.1-terra')
    expect(costNano(usage(272_000, 1_000, 72_000), price)).toBe(nanoOf(0.2 + 0.0036 + 0.005))
    expect(costNano(usage(272_001, 1_000, 72_000), price)).toBe(nanoOf(0.400002 + 0.0072 + 0.0075))
  })

  it('counts what was written to the cache at 1.25 times the input', async () => {
    const price = await make().priceOf('gpt-6.1-terra')
    expect(costNano(usage(10_000, 0, 2_000, 4_000), price)).toBe(nanoOf(0.004 + 0.0001 + 0.005))
  })

  it('is the dearest of the table when nobody knows it, and says so', async () => {
    const price = await make().priceOf('llama-of-somebody')
    expect(price.known).toBe(false)
    expect(costNano(usage(0, million), price)).toBe(nanoOf(50))
  })

  it('is what the settings say, before everything else', async () => {
    const prices = make({
      overrides: { 'gpt-6-luna': { input: 3, output: 4 }, '*': { input: 0, output: 0 } },
    })
    expect(costNano(usage(million / 10, 0, million / 10), await prices.priceOf('gpt-6-luna'))).toBe(
      nanoOf(0.3),
    )
    expect(costNano(usage(million, million), await prices.priceOf('llama-of-somebody'))).toBe(0)
    expect(costNano(usage(million, million), await prices.priceOf('gpt-6-astra'))).toBe(0)
  })

  it('is nothing in rehearsal', async () => {
    expect(costNano(usage(million, million), await make({ provider: 'rehearsal' }).priceOf('any'))).toBe(0)
  })

  it('is known at once for the table, and for the library once it was asked', async () => {
    const prices = make()
    expect(prices.priceNow('gpt-6-luna')?.known).toBe(true)
    expect(prices.priceNow('gpt-4o-mini')).toBeNull()
    await prices.priceOf('gpt-4o-mini')
    expect(prices.priceNow('gpt-4o-mini')?.known).toBe(true)
    expect(prices.priceNow('llama-of-somebody')?.known).toBe(false)
  })

  it('asks a reseller’s own list where there is one', async () => {
    const prices = make({ baseUrl: 'https://openrouter.ai/api/v1' })
    expect((await prices.priceOf('anthropic/claude-sonnet-4')).known).toBe(true)
    expect((await make().priceOf('anthropic/claude-sonnet-4')).known).toBe(false)
  })

  it('agrees with the library where both know the model', async () => {
    const { listed } = await import('../../src/policy/price-library.ts')
    const both = Object.keys(table.models).filter((model) => listed(model, null) !== null)
    expect(both).toEqual(expect.arrayContaining(['gpt-6-luna', 'gpt-6-sol', 'gpt-6-astra']))
    for (const model of both) {
      const own = make().priceNow(model)
      expect(own?.rates).toEqual(listed(model, null)?.price.rates)
      expect(own?.long?.rates).toEqual(listed(model, null)?.price.long?.rates)
    }
  })

  it('never costs more than what was set aside for it, and always whole nano-dollars', async () => {
    const prices = [...(await Promise.all(Object.keys(table.models).map((model) => make().priceOf(model))))]
    const tokens = fc.nat(1_000_000)
    fc.assert(
      fc.property(
        fc.constantFrom(...prices),
        tokens,
        tokens,
        fc.float({ min: 0, max: 1, noNaN: true }),
        fc.boolean(),
        (price, input, output, share, writes) => {
          const cached = Math.floor(input * share)
          const cost = costNano(usage(input, output, cached, writes ? input - cached : 0), price)
          expect(Number.isSafeInteger(cost)).toBe(true)
          expect(cost).toBeLessThanOrEqual(worstNano(input, output, price))
        },
      ),
    )
  })
})

describe('the context of a model', () => {
  it('comes from the table, then the library, then a cautious guess', async () => {
    const prices = make()
    expect(await prices.contextOf('gpt-6.1-terra')).toEqual({
      window: 1_050_000,
      input: 922_000,
      output: 128_000,
    })
    expect(await prices.contextOf('gpt-4o-mini')).toEqual({ window: 128_000, input: 128_000, output: null })
    expect(await prices.contextOf('llama-of-somebody')).toEqual({
      window: 128_000,
      input: 128_000,
      output: null,
    })
  })
})

describe('money in words', () => {
  it.each([
    [0, '$0.00'],
    [1e9, '$1.00'],
    [12_340_000, '$0.01'],
    [4_123_456, '$0.0041'],
    [1, '$0.000000001'],
  ])('%d nano-dollars are %s', (nano, words) => expect(dollars(nano)).toBe(words))
})
