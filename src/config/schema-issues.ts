import { z } from 'zod'

type Issue = z.core.$ZodIssue

/**
 * The issues a person can act on: where a value may be one of several forms and clearly is one of them, what is
 * wrong inside that form instead of "none fits".
 */
export function leaves(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => {
    if (issue.code !== 'invalid_union') return [issue]
    const form = issue.errors.find((inner) => inner.length > 0 && inner.every(isInside))
    if (form === undefined) return [issue]
    return leaves(form.map((inner) => ({ ...inner, path: [...issue.path, ...inner.path] })))
  })
}

function isInside(issue: Issue): boolean {
  return issue.path.length > 0 || issue.code === 'unrecognized_keys'
}

/** The names that may stand in the group at `path`. */
export function knownKeys(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const [first, ...rest] = path
  if (schema instanceof z.ZodObject) {
    if (first === undefined) return Object.keys(schema.shape)
    const inner: unknown = schema.shape[String(first)]
    return inner instanceof z.ZodType ? knownKeys(inner, rest) : []
  }
  if (schema instanceof z.ZodRecord) return first === undefined ? [] : knownKeys(schema.def.valueType, rest)
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => knownKeys(option, path))
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional)
    return knownKeys(schema.unwrap(), path)
  return []
}
