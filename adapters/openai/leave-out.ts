import { APIError } from 'openai/error'
import { createRecent, type Recent } from '../../src/recent.ts'
import { isRefusal } from './dialect.ts'
import { problemOf } from './problem.ts'

/** People may type any model's name; the oldest is forgotten and learnt again. */
const MOST_MODELS = 200

/** What each model refused, by its name, for as long as the process lives. */
export type LeftOut = Recent<ReadonlySet<string>>

export const createLeftOut = (): LeftOut => createRecent(MOST_MODELS)

/** Calls with all `fields`, and again without each one that the model refuses; other errors go through. */
export async function leaveOutRefused<F extends object, T>(
  fields: Partial<F>,
  call: (fields: Partial<F>) => Promise<T>,
  refusal: (name: string) => void = () => undefined,
): Promise<T> {
  try {
    return await call(fields)
  } catch (error) {
    const refused = refusedField(error, Object.keys(fields))
    if (refused === null) throw error
    refusal(refused)
    return leaveOutRefused<F, T>(without(fields, new Set([refused])), call, refusal)
  }
}

/** As `leaveOutRefused`, and what this model refused once isn't sent to it again. */
export async function leaveOutForGood<F extends object, T>(
  fields: Partial<F>,
  call: (fields: Partial<F>) => Promise<T>,
  { model, left }: { readonly model: string; readonly left: LeftOut },
): Promise<T> {
  return leaveOutRefused<F, T>(without(fields, left.get(model) ?? new Set()), call, (name) =>
    left.set(model, new Set([...(left.get(model) ?? []), name])),
  )
}

const without = <F extends object>(fields: Partial<F>, names: ReadonlySet<string>): Partial<F> =>
  Object.fromEntries(Object.entries(fields).filter(([name]) => !names.has(name))) as Partial<F>

function refusedField(error: unknown, names: readonly string[]): string | null {
  if (!(error instanceof APIError)) return null
  const problem = problemOf(error, 0)
  if (!isRefusal(problem)) return null
  return names.find((name) => problem.param === name || isNamedIn(problem.message, name)) ?? null
}

/** In quotes, as most names are ordinary words. (Of streaming, servers speak without.) */
function isNamedIn(message: string, name: string): boolean {
  if (name === 'stream' && /\bstreaming\b/i.test(message)) return true
  return ["'", '"', '`'].some((quote) => message.includes(`${quote}${name}${quote}`))
}
