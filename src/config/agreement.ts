import type { Problem } from './problem.ts'
import { slackProblems } from './slack-agreement.ts'
import type { Values } from './variables.ts'

/** Settings that are fine alone and don't fit together. What is `broken` by itself is not spoken of again. */
export function agreementProblems(
  values: Values,
  broken: ReadonlySet<string>,
  at: (name: keyof Values) => Pick<Problem, 'source' | 'line'>,
): Problem[] {
  const problems: Problem[] = []
  const isAbsent = (name: keyof Values) => values[name] === undefined && !broken.has(name)
  const add = (name: keyof Values, found: string, mend: string) =>
    problems.push({ ...at(name), name, found, mend })

  if (values.CORS_ORIGINS === '*' && isAbsent('PARLEY_API_KEYS'))
    add('CORS_ORIGINS', 'is * without API keys', 'set PARLEY_API_KEYS too, or name the origins one by one')
  if (values.WEBHOOK_URL !== undefined && isAbsent('WEBHOOK_SECRET'))
    add(
      'WEBHOOK_URL',
      'is set without WEBHOOK_SECRET',
      'set WEBHOOK_SECRET: events are sent signed or not at all',
    )
  if (values.DATABASE_URL?.startsWith('postgres'))
    add(
      'DATABASE_URL',
      'names a Postgres database, which this version can’t use yet',
      'remove it, or write sqlite: and a path, such as sqlite:data/parley.db',
    )
  const slack = slackProblems(values, isAbsent)
  return [...problems, ...slack.map((problem) => ({ ...at(problem.name), ...problem }))]
}
