import type { Clock } from '../ports/clock.ts'
import { ModelError } from '../ports/failure.ts'
import type { Model, ModelInfo } from '../ports/model.ts'
import { within } from '../within.ts'

/** The models that can be chosen, asked of the provider at most once in five minutes, or in five seconds after a failure. */
export interface Catalog {
  /** Throws `ModelError`, or the signal's reason. */
  list(signal: AbortSignal): Promise<readonly ModelInfo[]>
  /** `unknown` when the provider can't be asked: then its own answer decides. */
  has(model: string, signal: AbortSignal): Promise<'yes' | 'no' | 'unknown'>
}

type Models = readonly ModelInfo[]

const freshMs = 5 * 60_000
const failedMs = 5_000
const patienceMs = 10_000

const late = (): ModelError =>
  new ModelError('timeout', 'The provider did not say in time which models it has. Try again in a moment.')

export function createCatalog(model: Model, clock: Clock): Catalog {
  let answer: { readonly until: number; readonly models: Promise<Models> } | null = null

  const keep = (models: Promise<Models>, ms: number): void => {
    answer = { until: clock.elapsed() + ms, models }
  }

  /** One request for everybody who asks meanwhile; it outlives those who go away. */
  const ask = (): Promise<Models> => {
    const models = within({ clock, limit: patienceMs, late }, (signal) => model.models(signal))
    keep(models, Number.POSITIVE_INFINITY)
    models.then(
      () => keep(models, freshMs),
      () => keep(models, failedMs),
    )
    return models
  }

  const list = (signal: AbortSignal): Promise<Models> => {
    const models = answer !== null && clock.elapsed() < answer.until ? answer.models : ask()
    return within({ clock, limit: patienceMs, signal, late }, () => models)
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
