import { type DollarRates, type Price, ratesOf } from './price.ts'
import table from './prices.json' with { type: 'json' }
import type { Context } from './prices.ts'

/** Parley's own table: what the price library lacks, with its sources and date in prices.json. */
const models = new Map<string, DollarRates>(Object.entries(table.models))

export function tablePrice(model: string): Price | null {
  const dollars = models.get(model)
  return dollars === undefined ? null : priced(dollars, true)
}

export function tableContext(model: string): Context | null {
  return models.has(model) ? table.context : null
}

/** What a model costs whose price nobody told: the dearest of the table, so that a budget holds whatever it is. */
export function dearest(): Price {
  const most = [...models.values()].reduce((a, b) => (a.input + a.output >= b.input + b.output ? a : b))
  return priced(most, false)
}

function priced(dollars: DollarRates, known: boolean): Price {
  const { input, cached = input, cacheWrite = input, output } = dollars
  const long = {
    input: input * table.long.input,
    cached: cached * table.long.cached,
    cacheWrite: cacheWrite * table.long.cacheWrite,
    output: output * table.long.output,
  }
  return { rates: ratesOf(dollars), long: { above: table.longAbove, rates: ratesOf(long) }, known }
}
