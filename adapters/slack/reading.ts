import type { IncomingHttpHeaders } from 'node:http'
import { bucketRefused } from './buckets.ts'
import type { Answer } from './exchange.ts'
import { type Fields, fieldsOf } from './fields.ts'
import { isCode, isScope, withoutTokens } from './plain-words.ts'
import type { Reply, WireRequest } from './wire.ts'

/** Milliseconds; also where a 429 names no time that makes sense. The pause grows with each that follows (`sanePause`). */
const SHORTEST_MS = 1_000
const LONGEST_MS = 86_400_000

/** Errors after which the call may have been carried out. */
const inDoubt = new Set([
  'fatal_error',
  'internal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
])
const limitedErrors = new Set(['ratelimited', 'rate_limited', 'message_limit_exceeded'])

/** What Slack's answer to a request means. */
export function readAnswer<T>(request: WireRequest, answer: Answer): Reply<T> {
  const { status, headers } = answer
  if (status === 429) return limited(request, headers)
  if (status >= 500) return { kind: 'unknown', cause: new Error(`Slack answered ${status}`) }
  const body = fieldsOf(answer.body)
  // Slack answers with 200 whatever it says; the rest is a proxy's, and nothing of it reached Slack.
  if (status !== 200 && typeof body.ok !== 'boolean')
    return { kind: 'not_sent', cause: new Error(`Something before Slack answered ${status}`) }
  if (body.ok === true) return { kind: 'done', body: answer.body as T, scopes: scopesIn(headers) }
  const { error } = body
  if (body.ok !== false || typeof error !== 'string')
    return { kind: 'unknown', cause: new Error(`An answer with status ${status} that is not Slack's`) }
  if (limitedErrors.has(error)) return limited(request, headers)
  if (inDoubt.has(error)) return { kind: 'unknown', cause: new Error(`Slack answered ${error}`) }
  const needed = typeof body.needed === 'string' ? scopesOf(body.needed).join(',') : ''
  return {
    kind: 'refused',
    error: isCode(error) ? error : 'unknown_error',
    ...(needed !== '' && { needed }),
    messages: messagesIn(body),
  }
}

function limited({ team, method, args }: WireRequest, headers: IncomingHttpHeaders): Reply<never> {
  return { kind: 'limited', retryAfterMs: retryAfterMs(headers), bucket: bucketRefused(team, method, args) }
}

export function retryAfterMs(headers: IncomingHttpHeaders): number {
  const text = headers['retry-after']
  const seconds = text === undefined || text.trim() === '' ? Number.NaN : Number(text)
  if (!Number.isFinite(seconds) || seconds < 0) return SHORTEST_MS
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, Math.ceil(seconds * 1_000)))
}

const scopesIn = (headers: IncomingHttpHeaders): readonly string[] => {
  const text = headers['x-oauth-scopes']
  return typeof text === 'string' ? scopesOf(text) : []
}

const scopesOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((each) => each.trim())
    .filter(isScope)

/** Which argument Slack did not like: "[ERROR] must be more than 0 characters [json-pointer:/blocks/0/text]". */
function messagesIn(body: Fields): readonly string[] {
  const said = [fieldsOf(body.response_metadata).messages, body.errors].find(Array.isArray) ?? []
  return said.slice(0, 5).map((each: unknown) => withoutTokens(String(each)).slice(0, 300))
}
