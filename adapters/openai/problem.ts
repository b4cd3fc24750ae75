import type { APIError } from 'openai/error'
import { excerpt } from './excerpt.ts'

/** What a provider said was wrong, whichever way it said it: an HTTP error, an error event or a failed response. */
export interface Problem {
  readonly status: number | null
  readonly code: string | null
  readonly type: string | null
  /** The request's field it complains about, in dotted form. */
  readonly param: string | null
  /** Its beginning, where it is long. */
  readonly message: string
  readonly requestId: string | null
  /** Milliseconds it asked us to wait. */
  readonly retryAfterMs: number | null
}

/** The provider itself ended the answer early, for a reason that is neither its length nor its content. */
export function brokenOff(reason: string | undefined): Problem {
  return {
    status: null,
    code: 'server_error',
    type: null,
    param: null,
    message: `the answer was broken off (${reason ?? 'no reason given'}).`,
    requestId: null,
    retryAfterMs: null,
  }
}

export function problemOf(error: APIError, now: number): Problem {
  // Compatible servers send the status as a number here, and only here in mid-stream.
  const code = error.code == null ? null : String(error.code)
  return {
    status: error.status ?? (/^[45]\d\d$/.test(code ?? '') ? Number(code) : null),
    code,
    type: error.type ?? null,
    param: error.param ?? null,
    message: excerpt(error.message),
    requestId: error.requestID ?? null,
    retryAfterMs: error.headers ? retryAfter(error.headers, now) : null,
  }
}

/** Milliseconds to wait by `retry-after-ms`, or `retry-after` in seconds or as a date; null when neither can be read. */
export function retryAfter(headers: Headers, now: number): number | null {
  const milliseconds = Number.parseFloat(headers.get('retry-after-ms') ?? '')
  if (Number.isFinite(milliseconds)) return Math.max(0, milliseconds)
  const header = headers.get('retry-after') ?? ''
  if (/^\s*\d+(\.\d+)?\s*$/.test(header)) return Number.parseFloat(header) * 1000
  const date = Date.parse(header)
  return Number.isFinite(date) ? Math.max(0, date - now) : null
}
