import { bucketOf, globalBucket, numberIn, oldEditsBucket } from './buckets.ts'
import type { Answer } from './exchange.ts'
import type { Reply, WireRequest } from './request.ts'

/** "Maximum number of edits to messages older than 1 hour reached": a 429 that says nothing of other edits. */
const TOO_MANY_OLD_EDITS = 30046
/** Where a 429 names no time. */
const SILENT_MS = 1_000

/** What Discord's answer to a request means. */
export function readAnswer<T>(request: WireRequest, answer: Answer): Reply<T> {
  const { status, body, isJson } = answer
  if (status === 429) return refusedForNow(request, answer)
  if (status >= 500) return { kind: 'unknown', cause: new Error(`Discord answered ${status}`) }
  if (status >= 300) {
    const said = fieldsOf(body)
    return {
      kind: 'refused',
      status,
      code: typeof said.code === 'number' ? said.code : null,
      message: typeof said.message === 'string' ? said.message.slice(0, 500) : `Discord answered ${status}`,
      problem: said.errors ?? null,
    }
  }
  const empty = !isJson && body === ''
  if (!isJson && !empty)
    return { kind: 'unknown', cause: new Error(`An answer with status ${status} that is not Discord's`) }
  // The caller knows what its route answers with.
  return { kind: 'done', body: (empty ? undefined : body) as T }
}

function refusedForNow(request: WireRequest, { headers, body, isJson }: Answer): Reply<never> {
  const said = fieldsOf(body)
  const seconds = [numberIn(headers.get('retry-after')), numberOf(said.retry_after)].filter(isNumber)
  const retryAfterMs =
    seconds.length > 0 ? Math.ceil(Math.max(...seconds) * 1_000) : resetAfterMs(headers) || SILENT_MS
  return { kind: 'limited', retryAfterMs, bucket: bucketRefused() }

  function bucketRefused(): string {
    if (said.code === TOO_MANY_OLD_EDITS) return oldEditsBucket(request)
    const scope = headers.get('x-ratelimit-scope')
    const everywhere = headers.has('x-ratelimit-global') || said.global === true || scope === 'global'
    // Without JSON it comes from Cloudflare, which counts the address.
    return everywhere || !isJson ? globalBucket : bucketOf(request)
  }
}

const resetAfterMs = (headers: Headers): number =>
  Math.ceil((numberIn(headers.get('x-ratelimit-reset-after')) ?? 0) * 1_000)

const isNumber = (value: number | null): value is number => value !== null

const numberOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null

const fieldsOf = (body: unknown): Readonly<Record<string, unknown>> =>
  typeof body === 'object' && body !== null ? { ...body } : {}
