import { z } from 'zod'
import { cleanText } from '../../src/clean-text.ts'
import { Problem } from './problem.ts'

export const text = (): z.ZodString => z.string().overwrite(cleanText)

/** An object that says which fields it takes when it is given another. */
export function closed<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${issue.keys.map((key) => JSON.stringify(key)).join(', ')} is not a field here; allowed are ${Object.keys(shape).join(', ')}`
        : undefined,
  })
}

/** The checked value, or a `Problem` (400) that names field, what was found and what is allowed; `whole` is what has the fields. */
export function check<T extends z.ZodType>(
  schema: T,
  value: unknown,
  whole: 'body' | 'query' = 'body',
): z.output<T> {
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  const words = result.error.issues.slice(0, 5).map((issue) => explain(issue, whole))
  throw new Problem(400, words.join('; '))
}

function explain(issue: z.core.$ZodIssue, whole: string, within: readonly PropertyKey[] = []): string {
  const path = [...within, ...issue.path]
  if (issue.code === 'invalid_union') {
    const meant = branch(issue.errors)
    if (meant?.[0]) return explain(meant[0], whole, path)
  }
  return `${path.length > 0 ? placeOf(path) : whole}: ${reason(issue)}`
}

/** `messages[0].role` */
const placeOf = (path: readonly PropertyKey[]): string =>
  path
    .map((key) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('')
    .replace(/^\./, '')

/** The alternative that comes nearest to what was sent: one that looked inside, then one that took its type. */
function branch(alternatives: readonly z.core.$ZodIssue[][]): z.core.$ZodIssue[] | undefined {
  const ofType = (issue: z.core.$ZodIssue) => issue.code !== 'invalid_type' && issue.code !== 'invalid_value'
  return (
    alternatives.find((issues) => issues.some((each) => each.path.length > 0)) ??
    alternatives.find((issues) => issues.every(ofType)) ??
    alternatives[0]
  )
}

function reason(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_big':
      return measured(issue, issue.maximum, 'above', 'at most')
    case 'too_small':
      return measured(issue, issue.minimum, 'below', 'at least')
    case 'invalid_type':
      return issue.input === undefined
        ? `is missing; it takes ${kind(issue.expected)}`
        : `${shown(issue.input)} is not ${kind(issue.expected)}`
    case 'invalid_value':
      return `${shown(issue.input)} is not one of ${issue.values.map((value) => JSON.stringify(value)).join(', ')}`
    case 'invalid_union':
      return options(issue) ?? issue.message
    default:
      return issue.message
  }
}

function measured(
  issue: { origin: string; input?: unknown },
  limit: number | bigint,
  side: string,
  bound: string,
): string {
  if (issue.origin === 'string' && limit === 1) return 'is empty'
  if (issue.origin === 'string') return `takes ${bound} ${limit} characters`
  if (issue.origin === 'array') return `takes ${bound} ${limit} entries`
  return `${shown(issue.input)} is ${side} ${limit}`
}

/** Of a discriminated union: the values that choose a branch. */
function options(issue: z.core.$ZodIssueInvalidUnion): string | null {
  const known = 'options' in issue && Array.isArray(issue.options) ? issue.options : null
  return known && `is not one of ${known.map((value) => JSON.stringify(value)).join(', ')}`
}

const article: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  null: 'null',
  file: 'a file',
}
const kind = (expected: string): string => article[expected] ?? expected

/** Short: what was sent may be long, or a picture. */
function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'an object'
  const json = JSON.stringify(value) ?? typeof value
  return json.length > 60 ? `${json.slice(0, 60).toWellFormed()}…` : json
}
