import { fieldsOf, type Received } from './received.ts'
import type { WireError } from './wire-error.ts'

const SHARED = [
  'model',
  'stream',
  'stream_options',
  'store',
  'temperature',
  'top_p',
  'metadata',
  'tools',
  'tool_choice',
  'parallel_tool_calls',
  'prompt_cache_key',
  'safety_identifier',
  'service_tier',
  'user',
  'moderation',
  'top_logprobs',
]
const KNOWN: Readonly<Record<string, ReadonlySet<string>>> = {
  '/responses': new Set([
    ...SHARED,
    ...['input', 'instructions', 'include', 'max_output_tokens', 'max_tool_calls', 'reasoning', 'text'],
    ...['background', 'conversation', 'previous_response_id', 'prompt', 'truncation', 'context_management'],
  ]),
  '/chat/completions': new Set([
    ...SHARED,
    ...[
      'messages',
      'max_tokens',
      'max_completion_tokens',
      'frequency_penalty',
      'presence_penalty',
      'stop',
      'seed',
    ],
    ...[
      'n',
      'response_format',
      'reasoning_effort',
      'verbosity',
      'logit_bias',
      'logprobs',
      'modalities',
      'audio',
    ],
    ...['prediction', 'web_search_options', 'functions', 'function_call'],
  ]),
}
const RANGES: Readonly<Record<string, readonly [number, number]>> = {
  temperature: [0, 2],
  top_p: [0, 1],
  frequency_penalty: [-2, 2],
  presence_penalty: [-2, 2],
  // Responses' own lower bound.
  max_output_tokens: [16, 1_000_000],
}

/** What the API would refuse in this request, or null. `refused`: the fields (or `developer`, `system`) this model can't take. */
export function refusalOf(
  received: Received,
  models: readonly string[],
  refused: readonly string[],
): WireError | null {
  const fields = fieldsOf(received)
  return (
    noModel(fields, models) ??
    unknownField(received.path, fields) ??
    unsupported(fields, refused) ??
    refusedRole(fields, refused) ??
    outOfRange(fields)
  )
}

function noModel(fields: Readonly<Record<string, unknown>>, models: readonly string[]): WireError | null {
  if (typeof fields.model !== 'string') return { status: 400, message: 'you must provide a model parameter' }
  if (models.includes(fields.model)) return null
  const message = `The model \`${fields.model}\` does not exist or you do not have access to it.`
  return { status: 404, message, code: 'model_not_found' }
}

function unknownField(path: string, fields: Readonly<Record<string, unknown>>): WireError | null {
  const known = KNOWN[path]
  const param = Object.keys(fields).find((name) => known !== undefined && !known.has(name))
  if (param === undefined) return null
  return { status: 400, message: `Unknown parameter: '${param}'.`, code: 'unknown_parameter', param }
}

function unsupported(
  fields: Readonly<Record<string, unknown>>,
  refused: readonly string[],
): WireError | null {
  const param = refused.find((name) => name in fields)
  if (param === undefined) return null
  const hint = param === 'max_tokens' ? " Use 'max_completion_tokens' instead." : ''
  const message = `Unsupported parameter: '${param}' is not supported with this model.${hint}`
  return { status: 400, message, code: 'unsupported_parameter', param }
}

function refusedRole(
  fields: Readonly<Record<string, unknown>>,
  refused: readonly string[],
): WireError | null {
  const messages: readonly { role?: unknown }[] = Array.isArray(fields.messages) ? fields.messages : []
  const index = messages.findIndex(({ role }) => typeof role === 'string' && refused.includes(role))
  if (index < 0) return null
  const param = `messages[${index}].role`
  return {
    status: 400,
    message: `Unsupported value: '${param}' does not support '${messages[index]?.role}' with this model.`,
    code: 'unsupported_value',
    param,
  }
}

function outOfRange(fields: Readonly<Record<string, unknown>>): WireError | null {
  for (const [param, [least, most]] of Object.entries(RANGES)) {
    const value = fields[param]
    if (typeof value !== 'number' || (value >= least && value <= most)) continue
    const side =
      value < least
        ? `below minimum value. Expected a value >= ${least}`
        : `above maximum value. Expected a value <= ${most}`
    return {
      status: 400,
      message: `Invalid '${param}': decimal ${side}, but got ${value} instead.`,
      code: 'invalid_value',
      param,
    }
  }
  return null
}
