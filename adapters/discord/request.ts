import type { RateObservation } from '../../src/ports/outcome.ts'

/** One request to Discord's REST API. */
export interface WireRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE'
  /** As `Routes` of discord-api-types makes them. */
  readonly route: `/${string}`
  readonly query?: Readonly<Record<string, string>>
  /** JSON; beside files it becomes `payload_json`. */
  readonly body?: unknown
  readonly files?: readonly WireFile[]
  /** For the routes of interactions: the token in the path is the right. */
  readonly auth?: false
}

export interface WireFile {
  readonly name: string
  readonly bytes: Uint8Array
  /** Absent = as the bytes look. */
  readonly type?: string
}

/** What came of a call. `rate` is what Discord said of its limits while answering. */
export type Reply<T> = (
  | { readonly kind: 'done'; readonly body: T }
  | { readonly kind: 'limited'; readonly retryAfterMs: number; readonly bucket?: string }
  /** 4xx other than 429. `code` is Discord's own, `problem` its `errors`: which field, and why. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly code: number | null
      readonly message: string
      readonly problem: unknown
    }
  /** It certainly never arrived. */
  | { readonly kind: 'not_sent'; readonly cause: unknown }
  /** Reset, timeout, 5xx: it may have been carried out. */
  | { readonly kind: 'unknown'; readonly cause: unknown }
) & { readonly rate?: readonly RateObservation[] }
