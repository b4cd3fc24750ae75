import type { Problem } from './problem.ts'

/** What a request can do without. The first eight are wishes, and are told; the others are ours, and leave silently. */
const LEAVABLE = [
  'temperature',
  'top_p',
  'max_tokens',
  'frequency_penalty',
  'presence_penalty',
  'stop',
  'response_format',
  'tools',
  'stream_options',
  'store',
  'safety_identifier',
  'prompt_cache_key',
] as const
export type Leavable = (typeof LEAVABLE)[number]

/** How one model wants to be spoken to, as far as its refusals have taught us. */
export interface Dialect {
  readonly left: ReadonlySet<Leavable>
  /** Chat Completions' name for the limit; the newer one is all that reasoning models know. */
  readonly limit: 'max_tokens' | 'max_completion_tokens'
  /** The role of instructions in Chat Completions. */
  readonly role: 'system' | 'developer'
  /** Whether the model answers at Chat Completions at all; some are at Responses alone. */
  readonly chat: boolean
  /** The names that were swapped once already: a second refusal leaves the field out. */
  readonly swapped: ReadonlySet<'limit' | 'role'>
}

export function firstDialect(official: boolean): Dialect {
  return {
    left: new Set(),
    limit: official ? 'max_completion_tokens' : 'max_tokens',
    role: official ? 'developer' : 'system',
    chat: true,
    swapped: new Set(),
  }
}

const REFUSALS = new Set(['unsupported_parameter', 'unsupported_value', 'unknown_parameter'])
/** Compatible servers say it in words only, with no code or one that says nothing. */
const VAGUE_CODE = /^(\d*|invalid_request_error|bad_request|BadRequestError)$/
const REFUSAL_WORDS =
  /unsupported|unknown|unrecognized|unexpected|not (supported|permitted|allowed)|(does not|doesn't) support|extra (inputs|fields)/i

/** The dialect after a refusal, or null when the problem is another one or nothing can be left out for it. */
export function learn(dialect: Dialect, problem: Problem): Dialect | null {
  if (!isRefusal(problem)) return null
  if (refusesRole(problem)) return swapRole(dialect)
  const name = fieldOf(problem)
  if (name === null || dialect.left.has(name)) return null
  if (name === 'max_tokens' && isChatLimit(problem) && !dialect.swapped.has('limit'))
    return swapLimit(dialect)
  return { ...dialect, left: new Set([...dialect.left, name]) }
}

/** Whether the model can't take a field that was sent. */
export function isRefusal({ status, code, param, message }: Problem): boolean {
  if (status !== 400 && status !== 422) return false
  if (REFUSALS.has(code ?? '')) return true
  // The caller's own schema is wrong, not the model: said with a vague code and “is not permitted”.
  if (/^(\d+ )?invalid schema/i.test(message)) return false
  // OpenAI calls a role it does not know an invalid value.
  if (code === 'invalid_value') return /\brole$/.test(param ?? '')
  return VAGUE_CODE.test(code ?? '') && REFUSAL_WORDS.test(message)
}

/** Whether the model, or the whole server, has no Chat Completions. */
export function refusesChat({ status, message }: Problem): boolean {
  return (status === 404 || status === 400) && /chat.?completions?\b|not a chat model/i.test(message)
}

function refusesRole({ param, message }: Problem): boolean {
  if (param !== null) return /\brole$/.test(param)
  return /\b(developer|system)\b\W*(role|message)|\brole\b.*\b(developer|system)\b/i.test(message)
}

function swapRole(dialect: Dialect): Dialect | null {
  if (dialect.swapped.has('role')) return null
  const role = dialect.role === 'system' ? 'developer' : 'system'
  return { ...dialect, role, swapped: new Set([...dialect.swapped, 'role']) }
}

function swapLimit(dialect: Dialect): Dialect {
  const limit = dialect.limit === 'max_tokens' ? 'max_completion_tokens' : 'max_tokens'
  return { ...dialect, limit, swapped: new Set([...dialect.swapped, 'limit']) }
}

function isChatLimit({ param, message }: Problem): boolean {
  return /max_(completion_)?tokens/.test(param ?? message)
}

const ALIASES: Readonly<Record<string, Leavable>> = {
  max_completion_tokens: 'max_tokens',
  max_output_tokens: 'max_tokens',
  text: 'response_format',
}

function fieldOf({ param, message }: Problem): Leavable | null {
  const named = param === null ? namedIn(message) : root(param)
  return named === null ? null : (ALIASES[named] ?? LEAVABLE.find((name) => name === named) ?? null)
}

/** `text.format` -> `text`, `stop[0]` -> `stop`. */
function root(param: string): string {
  return /^\w*/.exec(param)?.[0] ?? param
}

function namedIn(message: string): string | null {
  const words = message.match(/[a-z_]+/g) ?? []
  const known = new Set<string>([...LEAVABLE, ...Object.keys(ALIASES)])
  for (const word of ['stop', 'store', 'text', 'tools']) known.delete(word)
  // Those four are ordinary words: they count only in quotes.
  return (
    words.find((word) => known.has(word)) ?? /['"`](stop|store|text|tools)['"`]/.exec(message)?.[1] ?? null
  )
}
