/** One setting that keeps Parley from starting. Holds no secret's value. */
export interface Problem {
  /** `.env`, `parley.yaml` (as it was named), or `environment`. */
  readonly source: string
  /** Counted from 1; null where lines have no meaning (the environment). */
  readonly line: number | null
  /** `PORT`, `budgets.day.all`. */
  readonly name: string
  /** What was found: `is "abc"`. */
  readonly found: string
  /** What to write instead. */
  readonly mend: string
}

/** The settings can't be used. `words` name every problem at once, a line each. */
export class ConfigError extends Error {
  readonly kind = 'config'
  readonly problems: readonly Problem[]
  readonly words: string

  constructor(problems: readonly Problem[]) {
    const words = wordsOf(problems)
    super(words)
    this.name = 'ConfigError'
    this.problems = problems
    this.words = words
  }
}

function wordsOf(problems: readonly Problem[]): string {
  const head =
    problems.length === 1
      ? 'Parley can’t start: one setting needs mending.'
      : `Parley can’t start: ${problems.length} settings need mending.`
  return [head, ...problems.map((problem) => `  ${lineOf(problem)}`)].join('\n')
}

function lineOf({ source, line, name, found, mend }: Problem): string {
  const where = line === null ? source : `${source}:${line}`
  return `${where}  ${name} ${found}; ${mend}${mend.endsWith('?') ? '' : '.'}`
}

/** A value as a person wrote it, short enough for one line. */
export function shown(value: unknown): string {
  if (value === null || value === undefined) return 'empty'
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object') return 'a group of settings'
  const text = JSON.stringify(value)
  return text.length > 60 ? `${text.slice(0, 57)}…"` : text
}
