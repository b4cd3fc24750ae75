import { RateLimitError, REST, type RequestMethod } from 'discord.js'
import type { Logger } from 'pino'
import { neverArrived, plainCause } from '../../src/no-answer.ts'
import type { Clock } from '../../src/ports/clock.ts'
import { within } from '../../src/within.ts'
import { type Buckets, bucketOf, globalBucket } from './buckets.ts'
import { type Exchange, makeRequest, observed } from './exchange.ts'
import { createInvalidRequests } from './invalid-requests.ts'
import { readAnswer } from './reading.ts'
import type { Reply, WireFile, WireRequest } from './request.ts'

/** Calls Discord's REST API: each call is one request at most, nothing is retried or waited for. */
export interface Wire {
  /** Doesn't reject: a call that was aborted is `not_sent` or, when it was on its way, `unknown`. */
  call<T>(request: WireRequest, signal: AbortSignal): Promise<Reply<T>>
}

export interface WireOptions {
  readonly token: string
  /** Where the API is, without the version; null = Discord's own. */
  readonly apiUrl: string | null
  readonly clock: Clock
  readonly log: Logger
  readonly buckets: Buckets
  /** Milliseconds for one request. */
  readonly timeoutMs?: number
  /** After so many refusals within ten minutes only interactions are answered until fewer were. */
  readonly mostRefusals?: number
}

/** As long as discord.js gives a request. */
const TIMEOUT_MS = 15_000
/** Times as long for a file: 10 MiB at a megabit a second. */
const UPLOAD_TIMES = 6
const VERSION = '10'

export function createWire(options: WireOptions): Wire {
  const { token, clock, log, buckets, timeoutMs = TIMEOUT_MS } = options
  const invalid = createInvalidRequests(clock, log, options.mostRefusals)
  const rests = new Map<string, REST>()
  let tokenRefused = false

  /**
   * discord.js keeps all methods of a route in one queue with one count where Discord names one bucket for them, but
   * Discord counts sends and edits apart (discord-api-docs #8073). So edits have a REST of their own; and so have
   * interactions, which no global limit holds up; and uploads, which take longer.
   */
  function restFor(request: WireRequest): REST {
    const { method, auth, files } = request
    const name = `${auth === false ? 'interactions' : 'bot'} ${method === 'PATCH' ? 'edits' : 'others'}${files ? ', uploads' : ''}`
    const known = rests.get(name)
    if (known) return known
    const rest = new REST({
      version: VERSION,
      ...(options.apiUrl === null ? {} : { api: options.apiUrl.replace(/\/+$/, '') }),
      retries: 0,
      offset: 0,
      timeout: timeFor(request),
      globalRequestsPerSecond: Number.POSITIVE_INFINITY,
      rejectOnRateLimit: () => true,
      makeRequest,
    })
    rests.set(name, rest)
    return rest
  }

  const timeFor = ({ files }: WireRequest): number => (files ? UPLOAD_TIMES : 1) * timeoutMs

  /** discord.js forgets the token at the first 401. */
  const ready = (request: WireRequest): REST => restFor(request).setToken(token)

  function send(request: WireRequest, signal: AbortSignal): Promise<unknown> {
    const { method, route, query, body, files, auth } = request
    return ready(request).request({
      method: method as RequestMethod,
      fullRoute: route,
      signal,
      ...(query ? { query: new URLSearchParams(query) } : {}),
      ...(body === undefined ? {} : { body }),
      ...(files ? { files: files.map(rawFile) } : {}),
      ...(auth === false ? { auth } : {}),
    })
  }

  async function call<T>(request: WireRequest, signal: AbortSignal): Promise<Reply<T>> {
    if (signal.aborted) return { kind: 'not_sent', cause: signal.reason }
    const instead = invalid.instead(request)
    if (instead) return instead
    const exchange: Exchange = { begun: false, answer: null }
    let failure: unknown = null
    try {
      // Twice: once for the queue of the bucket, whose calls go one by one.
      await within({ clock, limit: 2 * timeFor(request), signal }, (own) =>
        observed(exchange, () => send(request, own)),
      )
    } catch (error) {
      failure = error
    }
    if (exchange.answer === null) return unanswered(request, failure, exchange.begun)
    const { answer } = exchange
    const rate = buckets.read(request, answer.headers, answer.status < 300)
    const reply = readAnswer<T>(request, answer)
    invalid.note(request, reply, answer.status, answer.headers.get('x-ratelimit-scope'))
    if (request.auth !== false) noticeToken(answer.status)
    return rate.length > 0 ? { ...reply, rate } : reply
  }

  function noticeToken(status: number): void {
    if (status === 401 && !tokenRefused)
      log.error(
        'Discord refuses the token (401): DISCORD_TOKEN is wrong or was reset. Make a new one under https://discord.com/developers/applications, Bot, Reset Token.',
      )
    if (status !== 429 && status < 500) tokenRefused = status === 401
  }

  return { call }
}

const rawFile = ({ name, bytes, type }: WireFile) => ({
  name,
  data: Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength),
  ...(type ? { contentType: type } : {}),
})

/** No answer came: refused by discord.js itself, never begun, or broken off. */
function unanswered(request: WireRequest, failure: unknown, begun: boolean): Reply<never> {
  if (failure instanceof RateLimitError) {
    const asked = Math.max(failure.retryAfter, failure.timeToReset)
    return {
      kind: 'limited',
      retryAfterMs: Number.isFinite(asked) ? Math.max(1, asked) : 1_000,
      bucket: failure.global ? globalBucket : bucketOf(request),
    }
  }
  const cause = plainCause(failure, 'Discord')
  return { kind: begun && !neverArrived(cause) ? 'unknown' : 'not_sent', cause }
}
