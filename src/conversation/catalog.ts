import type { Clock } from '../ports/clock.ts'
import type { Model, ModelInfo } from '../ports/model.ts'

/** The models that can be chosen, asked of the provider at most once in five minutes. */
export interface Catalog {
  list(signal: AbortSignal): Promise<readonly ModelInfo[]>
  /** `unknown` when the provider can't be asked: then its own answer decides. */
  has(model: string, signal: AbortSignal): Promise<'yes' | 'no' | 'unknown'>
}

const freshMs = 5 * 60_000
const patienceMs = 10_000

export function createCatalog(model: Model, clock: Clock): Catalog {
  let known: { readonly at: number; readonly models: readonly ModelInfo[] } | null = null

  const list = async (signal: AbortSignal) => {
    if (known !== null && clock.elapsed() - known.at < freshMs) return known.models
    const models = await model.models(AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]))
    known = { at: clock.elapsed(), models }
    return models
  }

  return {
    list,
    async has(id, signal) {
      try {
        return (await list(signal)).some((info) => info.id === id) ? 'yes' : 'no'
      } catch {
        signal.throwIfAborted()
        return 'unknown'
      }
    },
  }
}
