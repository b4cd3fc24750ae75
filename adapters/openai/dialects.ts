import { type Dialect, firstDialect } from './dialect.ts'

/** People may type any model's name; the oldest is forgotten and learnt again. */
const MOST_MODELS = 200

/** What was learnt about each model, for as long as the process lives. */
export interface Dialects {
  of(model: string): Dialect
  remember(model: string, dialect: Dialect): void
}

export function dialectMemory(official: boolean): Dialects {
  const known = new Map<string, Dialect>()
  return {
    of: (model) => known.get(model) ?? firstDialect(official),
    remember(model, dialect) {
      known.delete(model)
      known.set(model, dialect)
      const oldest = known.keys().next()
      if (known.size > MOST_MODELS && !oldest.done) known.delete(oldest.value)
    },
  }
}
