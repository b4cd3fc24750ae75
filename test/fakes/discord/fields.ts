import { invalid } from './refusal.ts'

export type Fields = Readonly<Record<string, unknown>>

export const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function fieldsAt(path: readonly (string | number)[], value: unknown): Fields {
  if (!isFields(value))
    throw invalid(path, 'DICT_TYPE_CONVERT', 'Only dictionaries may be used in a DictType')
  return value
}

/** Discord itself passes over many unknown fields; a fake that refuses them finds the misspelt ones. */
export function onlyKnown(
  path: readonly (string | number)[],
  fields: Fields,
  known: readonly string[],
): void {
  for (const key of Object.keys(fields))
    if (!known.includes(key))
      throw invalid([...path, key], 'FAKE_UNKNOWN_FIELD', `The field '${key}' is unknown here`)
}

/** Discord counts code points (discord-api-docs #1315: its API runs on Python 3). */
export const charactersOf = (text: string): number => {
  let count = 0
  for (const _ of text) count++
  return count
}

export function textAt(
  path: readonly (string | number)[],
  value: unknown,
  { min = 0, max }: { readonly min?: number; readonly max: number },
): string {
  if (typeof value !== 'string') throw invalid(path, 'STRING_TYPE_CONVERT', 'Could not interpret as string.')
  // More UTF-16 units than code points: only texts near the limit are counted.
  const length = value.length > max ? charactersOf(value) : value.length
  if (length > max) throw invalid(path, 'BASE_TYPE_MAX_LENGTH', `Must be ${max} or fewer in length.`)
  if (length < min)
    throw invalid(path, min === 1 ? 'BASE_TYPE_REQUIRED' : 'BASE_TYPE_MIN_LENGTH', 'This field is required')
  return value
}

export function choiceAt<T>(path: readonly (string | number)[], value: unknown, choices: readonly T[]): T {
  if (!choices.includes(value as T))
    throw invalid(path, 'BASE_TYPE_CHOICES', `Value must be one of (${choices.join(', ')}).`)
  return value as T
}

export function listAt(
  path: readonly (string | number)[],
  value: unknown,
  { min = 0, max }: { readonly min?: number; readonly max: number },
): readonly unknown[] {
  if (!Array.isArray(value))
    throw invalid(path, 'LIST_TYPE_CONVERT', 'Only iterables may be used in a ListType')
  if (value.length > max || value.length < min)
    throw invalid(path, 'BASE_TYPE_BAD_LENGTH', `Must be between ${min} and ${max} in length.`)
  return value
}
