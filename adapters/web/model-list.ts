import { within } from '../../src/within.ts'
import type { Timing, WebOptions } from './options.ts'
import { Problem } from './problem.ts'

export type ModelList = (client: AbortSignal) => Promise<{ models: string[]; default: string }>

/** What can be chosen, as GET /models and the playground say it. */
export function createModelList(options: WebOptions, timing: Timing): ModelList {
  return async (client) => {
    const models = await within(
      { clock: options.clock, limit: timing.lookup, signal: client, late: tooSlow },
      options.models,
    )
    return { models: models.map((model) => model.id), default: options.defaultModel }
  }
}

const tooSlow = (): Problem =>
  new Problem(502, 'The provider takes too long to list its models. Try again in a moment.')
