import type { ModelFailure } from '../../src/ports/failure.ts'
import type { Problem } from './problem.ts'

/** The account can't pay: OpenAI's codes and those of compatible servers. */
const QUOTA = new Set([
  'insufficient_quota',
  'billing_hard_limit_reached',
  'billing_not_active',
  'quota_exceeded',
  'insufficient_credits',
])
const TOO_LONG = new Set(['context_length_exceeded', 'string_above_max_length', 'request_too_large'])
const NO_MODEL = new Set(['model_not_found', 'invalid_model', 'model_not_available'])
const BUSY = new Set(['rate_limit_exceeded', 'rate_limit_error', 'tokens', 'requests'])
const BROKEN = new Set([
  'server_error',
  'api_error',
  'internal_error',
  'overloaded_error',
  'vector_store_timeout',
])

const TOO_LONG_WORDS =
  /context (length|window|size)|maximum context|exceeds? the (available )?context|request too large|prompt is too long/i
const NO_MODEL_WORDS = /not a valid model|model .*(not found|does not exist|is not supported)/i

/** The kind of failure, by the provider's code first: the same code comes with different statuses at different servers. */
export function classify(problem: Problem): ModelFailure {
  return byCode(problem) ?? byWords(problem) ?? byBusyCode(problem) ?? byStatus(problem)
}

export function isQuota(code: string | null, type: string | null): boolean {
  return QUOTA.has(code ?? '') || QUOTA.has(type ?? '')
}

function byCode({ code, type }: Problem): ModelFailure | null {
  if (isQuota(code, type)) return 'quota'
  const name = code ?? type ?? ''
  if (TOO_LONG.has(name)) return 'too_long'
  if (NO_MODEL.has(name)) return 'model_not_found'
  if (name === 'invalid_api_key' || name === 'authentication_error') return 'auth'
  if (BROKEN.has(name)) return 'server'
  return null
}

function byWords({ status, message }: Problem): ModelFailure | null {
  if (status !== null && status >= 500) return null
  if (TOO_LONG_WORDS.test(message)) return 'too_long'
  if (NO_MODEL_WORDS.test(message)) return 'model_not_found'
  return null
}

/** After the words: OpenAI gives a single request that is above the limit a minute the same code. */
function byBusyCode({ code, type }: Problem): ModelFailure | null {
  return BUSY.has(code ?? '') || BUSY.has(type ?? '') ? 'rate' : null
}

function byStatus({ status, code }: Problem): ModelFailure {
  switch (status) {
    // An answer that failed in mid-stream: a code that is not the server's own fault is the request's.
    case null:
      return code === null ? 'server' : 'bad_request'
    case 401:
    case 403:
      return 'auth'
    case 402:
      return 'quota'
    case 408:
    case 504:
      return 'timeout'
    case 413:
      return 'too_long'
    case 429:
      return 'rate'
    default:
      return status < 500 ? 'bad_request' : 'server'
  }
}
