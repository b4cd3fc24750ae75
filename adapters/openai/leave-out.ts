import { APIError } from 'openai/error'
import { isRefusal } from './dialect.ts'
import { problemOf } from './problem.ts'

/** Calls with all `fields`, and again without each one that the model refuses; other errors go through. */
export async function leaveOutRefused<F extends object, T>(
  fields: Partial<F>,
  call: (fields: Partial<F>) => Promise<T>,
): Promise<T> {
  try {
    return await call(fields)
  } catch (error) {
    const refused = refusedField(error, Object.keys(fields))
    if (refused === null) throw error
    const rest = Object.entries(fields).filter(([name]) => name !== refused)
    return leaveOutRefused<F, T>(Object.fromEntries(rest) as Partial<F>, call)
  }
}

function refusedField(error: unknown, names: readonly string[]): string | null {
  if (!(error instanceof APIError)) return null
  const problem = problemOf(error, 0)
  if (!isRefusal(problem)) return null
  return names.find((name) => problem.param === name || problem.message.includes(`'${name}'`)) ?? null
}
