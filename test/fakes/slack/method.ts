import { explained, Refusal } from './refusal.ts'
import type { Json, TeamState } from './states.ts'

export type ArgumentType = 'text' | 'number' | 'flag' | 'json'

export interface Call {
  readonly team: TeamState
  readonly token: string
  /** Of the types that the method declares; unknown ones were refused. */
  readonly args: Arguments
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

export type Arguments = Readonly<Record<string, unknown>>

export interface Method {
  readonly name: string
  readonly token: 'bot' | 'app' | 'none'
  /** One of them is needed; none, when empty. */
  readonly scopes: readonly string[]
  readonly tier: 'tier1' | 'tier2' | 'tier3' | 'tier4' | 'posts' | 'free'
  readonly args: Readonly<Record<string, ArgumentType>>
  handle(call: Call): Json
}

const TOLERATED = new Set(['token', 'team_id'])

/** Checks names and types; what a form says in JSON is parsed. Slack passes over unknown ones, here a misspelt one is found. */
export function checked(method: Method, sent: Json): Arguments {
  const args: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(sent)) {
    const type = method.args[name]
    if (type === undefined) {
      if (TOLERATED.has(name)) continue
      throw explained('invalid_arguments', `no such argument of ${method.name}: ${name}`)
    }
    args[name] = typed(name, type, value)
  }
  return args
}

function typed(name: string, type: ArgumentType, value: unknown): unknown {
  if (type === 'json') {
    if (typeof value !== 'string') return value
    try {
      return JSON.parse(value) as unknown
    } catch {
      throw explained('invalid_arguments', `invalid JSON: ${name}`)
    }
  }
  if (type === 'number') {
    const number = Number(value)
    if (!Number.isFinite(number)) throw explained('invalid_arguments', `must be a number: ${name}`)
    return number
  }
  if (type === 'flag') {
    if (value === true || value === 'true' || value === '1') return true
    if (value === false || value === 'false' || value === '0') return false
    throw explained('invalid_arguments', `must be true or false: ${name}`)
  }
  if (typeof value === 'number') return String(value)
  if (typeof value !== 'string') throw explained('invalid_arguments', `must be a string: ${name}`)
  return value
}

export function text(args: Arguments, name: string): string {
  const value = args[name]
  if (typeof value !== 'string' || value === '')
    throw explained('invalid_arguments', `missing required field: ${name}`)
  return value
}

export const textOr = (args: Arguments, name: string): string | null => {
  const value = args[name]
  return typeof value === 'string' ? value : null
}

export const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export function list(args: Arguments, name: string): readonly Json[] | null {
  const value = args[name]
  if (value === undefined || value === null) return null
  if (!Array.isArray(value) || !value.every(isObject))
    throw explained('invalid_arguments', `must be a list of objects: ${name}`)
  return value
}

export { Refusal }
