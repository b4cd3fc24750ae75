import type { Received } from './received.ts'

/** One thing that happens in a scripted answer, in order. */
export type Beat =
  /** One delta. */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'refusal'; readonly text: string }
  | { readonly kind: 'reasoning'; readonly text: string }
  | { readonly kind: 'citation'; readonly url: string; readonly title: string }
  /** `web_search`, `file_search`, `code_interpreter`, `mcp`: begins, works and is done. Responses only. */
  | { readonly kind: 'tool'; readonly name: string }
  | { readonly kind: 'function'; readonly name: string; readonly arguments: string }
  /** Responses only. */
  | { readonly kind: 'image'; readonly base64: string; readonly partial: boolean }
  /** Nothing goes out until the promise settles. */
  | { readonly kind: 'wait'; readonly until: Promise<unknown> }
  | { readonly kind: 'pause'; readonly ms: number }
  /** An event as it is; its `type` is the event's name. */
  | { readonly kind: 'raw'; readonly data: unknown }

export type Ending =
  | { readonly kind: 'complete' | 'length' | 'filter' }
  /** `response.failed`; an `error` chunk in Chat Completions. */
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
  /** A top-level `error` event. */
  | { readonly kind: 'error'; readonly code: string; readonly message: string }
  /** The stream closes without a terminal event. */
  | { readonly kind: 'none' }

/** Stops the body after `at` bytes. `fin` and `rst` tear the connection, `end` closes it properly, `silence` leaves it open. */
export interface Cut {
  readonly at: number
  readonly by: 'fin' | 'rst' | 'silence' | 'end'
}

export interface WireUsage {
  readonly input: number
  readonly cached: number
  readonly output: number
  readonly reasoning: number
}

export interface Script {
  readonly kind?: 'script'
  readonly beats: readonly Beat[]
  /** Absent = complete. */
  readonly ending?: Ending
  /** Absent = counted; null = the server reports none. */
  readonly usage?: WireUsage | null
  readonly cut?: Cut
}

export interface StatusFault {
  readonly kind: 'status'
  readonly status: number
  readonly code?: string | null
  readonly type?: string
  readonly param?: string | null
  readonly message?: string
  readonly headers?: Readonly<Record<string, string>>
  /** Instead of the JSON error. */
  readonly body?: string
}

/** An answer as bytes, say compressed ones. */
export interface BytesFault {
  readonly kind: 'bytes'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly bytes: Uint8Array
}

export type Fault =
  | StatusFault
  | BytesFault
  /** The connection is taken and nothing ever comes. */
  | { readonly kind: 'hang' }
  /** The connection is torn before an answer. */
  | { readonly kind: 'drop' }

export type Reply = Script | Fault
export type Planned = Reply | ((request: Received) => Reply)

export function text(...deltas: string[]): Beat[] {
  return deltas.map((delta) => ({ kind: 'text', text: delta }))
}

/** A gate in an answer: `beat` holds the stream until `open` is called. */
export function hold(): { readonly beat: Beat; open(): void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { beat: { kind: 'wait', until: promise }, open: () => resolve() }
}

/** 429 for too many requests; `retryAfter` as the header's value. */
export function rateLimited(retryAfter?: string): StatusFault {
  return {
    kind: 'status',
    status: 429,
    code: 'rate_limit_exceeded',
    type: 'requests',
    message: 'Rate limit reached for requests. Please try again later.',
    ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
  }
}

/** 429 because the account is empty. */
export function outOfQuota(): StatusFault {
  return {
    kind: 'status',
    status: 429,
    code: 'insufficient_quota',
    type: 'insufficient_quota',
    message: 'You exceeded your current quota, please check your plan and billing details.',
  }
}

/** 500, with a header that lets a client try again at once. */
export function serverError(): StatusFault {
  return {
    kind: 'status',
    status: 500,
    code: null,
    type: 'server_error',
    message: 'The server had an error while processing your request.',
    headers: { 'retry-after-ms': '1' },
  }
}
