import type { EnvFile } from './env-file.ts'
import { didYouMean } from './nearest.ts'
import { type Problem, shown } from './problem.ts'
import { type Values, type Variable, type VariableName, variables } from './variables.ts'

export type Env = Readonly<Record<string, string | undefined>>

export interface Environment {
  readonly values: Values
  readonly problems: readonly Problem[]
  /** Worth a word at the start, no reason to stop. */
  readonly notices: readonly string[]
}

/** Read by Node, npm, compose or the proxy of the machine; they may stand in `.env` beside Parley's own. */
const ofOthers = /^(NODE_|COMPOSE_|npm_)|^(TZ|HTTP_PROXY|HTTPS_PROXY|NO_PROXY|ALL_PROXY)$/i

/** The environment wins over `.env`, also where it is blank. */
export function readEnvironment(env: Env, file: EnvFile | null): Environment {
  const problems: Problem[] = []
  const notices: string[] = []
  const values: Record<string, unknown> = {}
  for (const [name, variable] of Object.entries<Variable<unknown>>(variables)) {
    const fromEnv = env[name]
    const text = (fromEnv ?? file?.values[name])?.trim()
    if (text === undefined) continue
    const source = fromEnv === undefined ? '.env' : 'environment'
    const at = { source, line: source === '.env' ? (file?.lineOf(name) ?? null) : null, name }
    if (text === '') {
      if (variable.blank === 'refused') problems.push({ ...at, ...blankSecret })
      else if (variable.secret) notices.push(`${name} is set but blank: it counts as not set.`)
      continue
    }
    const value = variable.read(text)
    if (value !== undefined) values[name] = value
    else problems.push({ ...at, found: foundIn(variable, text), mend: `allowed: ${variable.allowed}` })
  }
  problems.push(...unknownIn(file))
  notices.push(...unknownParley(env))
  return { values: values as Values, problems, notices }
}

const blankSecret = {
  found: 'is set but blank',
  mend: 'give it its value, or remove the line to leave this off',
}

function foundIn(variable: Variable<unknown>, text: string): string {
  return variable.secret ? `is not usable (${text.length} characters, not shown)` : `is ${shown(text)}`
}

function unknownIn(file: EnvFile | null): Problem[] {
  if (file === null) return []
  const strays = file.strays.map((line) => ({
    source: '.env',
    line,
    name: 'This line',
    found: 'is no setting',
    mend: 'write NAME=value, or begin the line with #',
  }))
  const unclosed = file.unclosed.map((name) => ({
    source: '.env',
    line: file.lineOf(name),
    name,
    found: 'begins with a quote that is never closed',
    mend: 'close the quote, or take it away',
  }))
  const unknown = Object.keys(file.values)
    .filter((name) => !(name in variables) && !ofOthers.test(name))
    .map((name) => ({
      source: '.env',
      line: file.lineOf(name),
      name,
      found: 'is not a setting of Parley',
      mend: didYouMean(name, Object.keys(variables)) || '.env.example lists them all',
    }))
  return [...strays, ...unclosed, ...unknown]
}

/** The environment is shared with other programs: only names that can be nobody else's are spoken of. */
function unknownParley(env: Env): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('PARLEY_') && !(name in variables))
    .map(
      (name) =>
        `${name} is not a setting of Parley; ${didYouMean(name, Object.keys(variables)) || 'ignored.'}`,
    )
}

/** The proxy settings of the machine, `.env` included, as Node's `http.setGlobalProxyFromEnv` takes them. */
export function proxyOf(env: Env, file: EnvFile | null): Readonly<Record<string, string>> {
  const all: Env = { ...file?.values, ...env }
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()])
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = all[name]
      return value ? [[name, value]] : []
    }),
  )
}

export function lineIn(
  env: Env,
  file: EnvFile | null,
  name: VariableName,
): { source: string; line: number | null } {
  return env[name] === undefined
    ? { source: '.env', line: file?.lineOf(name) ?? null }
    : { source: 'environment', line: null }
}
