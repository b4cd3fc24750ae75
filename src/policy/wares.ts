import type { Usage } from '../ports/model.ts'
import { nanoOf } from './money.ts'
import { costNano, type DollarRates, free, type Price, ratesOf } from './price.ts'
import table from './wares.json' with { type: 'json' }

/** What is bought besides answers, as far as it is known before: seconds of sound, characters of text, pictures. */
export type Wares =
  | { readonly kind: 'transcription'; readonly seconds: number }
  | { readonly kind: 'speech'; readonly characters: number }
  /** `size`: `1024x1536`; null = the model's choice. */
  | { readonly kind: 'image'; readonly pictures: number; readonly size: string | null }

export interface WaresPrice {
  /** US dollars: for a minute, a million characters, a picture of one megapixel. */
  readonly each: number
  /** null: it isn't billed by tokens. */
  readonly tokens: Price | null
  /** false: nobody told Parley; it counts as the dearest of its kind. */
  readonly known: boolean
}

type Kind = Wares['kind']

/** What a settings' price in tokens comes to for each, with what wares.json says of tokens. */
const tokensOfEach: Readonly<Record<Kind, { readonly input: number; readonly output: number }>> = {
  transcription: { input: 1_000, output: 250 },
  speech: { input: 250_000, output: 1_400_000 },
  image: { input: 1_000, output: 7_100 },
}

interface Line {
  readonly each: number
  readonly input?: number
  readonly output?: number
}

const linesOf = (kind: Kind): ReadonlyMap<string, Line> => new Map(Object.entries<Line>(table[kind]))

const lines: Readonly<Record<Kind, ReadonlyMap<string, Line>>> = {
  transcription: linesOf('transcription'),
  speech: linesOf('speech'),
  image: linesOf('image'),
}

export const freeWares: WaresPrice = { each: 0, tokens: free, known: true }

/** Of the settings, in dollars for a million tokens. */
export function waresFromTokens(kind: Kind, dollars: DollarRates): WaresPrice {
  const { input, output } = tokensOfEach[kind]
  const each = (input * dollars.input + output * dollars.output) / 1e6
  return { each, tokens: { rates: ratesOf(dollars), long: null, known: true }, known: true }
}

/** By Parley's own table; a model that isn't in it counts as the dearest of its kind. */
export function tableWares(kind: Kind, model: string): WaresPrice {
  const line = lines[kind].get(model)
  return line === undefined ? dearest(kind) : priced(line)
}

function priced({ each, input, output = 0 }: Line): WaresPrice {
  const tokens = input === undefined ? null : { rates: ratesOf({ input, output }), long: null, known: true }
  return { each, tokens, known: true }
}

function dearest(kind: Kind): WaresPrice {
  const each = Math.max(...[...lines[kind].values()].map((line) => line.each))
  return { each, tokens: null, known: false }
}

/** Nano-dollars, rounded up. */
export const waresNano = (wares: Wares, { each }: WaresPrice): number =>
  Math.ceil(nanoOf(each) * amountOf(wares))

/** The same by what the provider reports, where that is how it bills. */
export const boughtNano = (wares: Wares, usage: Usage | null, price: WaresPrice): number =>
  usage !== null && price.tokens !== null ? costNano(usage, price.tokens) : waresNano(wares, price)

function amountOf(wares: Wares): number {
  switch (wares.kind) {
    case 'transcription':
      return wares.seconds / 60
    case 'speech':
      return wares.characters / 1e6
    case 'image':
      return wares.pictures * megapixelsOf(wares.size)
  }
}

/** At least one: smaller pictures cost hardly less. One and a half where the model chooses, as it may. */
function megapixelsOf(size: string | null): number {
  const [width = 0, height = 0] = size?.split('x').map(Number) ?? []
  const pixels = width * height
  return Number.isFinite(pixels) && pixels > 0 ? Math.max(1, pixels / 1_048_576) : 1.5
}
