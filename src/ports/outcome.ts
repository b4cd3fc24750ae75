import type { MessageRef, Place } from './event.ts'

/** What became of one call. `rate` is what the platform said of its limits while answering. */
export type Outcome = (
  | { readonly kind: 'sent'; readonly ref: MessageRef }
  | { readonly kind: 'limited'; readonly retryAfterMs: number; readonly bucket?: string }
  | { readonly kind: 'too_long' }
  | { readonly kind: 'gone' }
  /** The message may stand, but not be changed by the way that is open now; new ones can be sent. */
  | { readonly kind: 'out_of_reach' }
  /** The message stands as it is, and nobody can change it any more; new ones can be sent. */
  | { readonly kind: 'fixed' }
  /** The message stands, but its way is over: the same edit again goes another way, and spends what `budget` says now. */
  | { readonly kind: 'other_way' }
  /** Nothing was sent, for the file alone; the same without it may be. */
  | { readonly kind: 'no_file'; readonly why: string }
  /** Nothing was sent: a sound is not taken as a voice message here. As an ordinary file it may be. */
  | { readonly kind: 'no_voice'; readonly why: string }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'not_sent'; readonly cause: unknown }
  | { readonly kind: 'unknown'; readonly cause: unknown }
) &
  Rated

export type Opened = (
  | { readonly kind: 'open'; readonly place: Place }
  | { readonly kind: 'limited'; readonly retryAfterMs: number; readonly bucket?: string }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'failed'; readonly cause: unknown }
) &
  Rated

/** What a call taught about the limits, whatever else came of it. */
export type Reported = (
  | { readonly kind: 'limited'; readonly retryAfterMs: number; readonly bucket?: string }
  | { readonly kind: 'done' | Exclude<Outcome['kind'] | Opened['kind'], 'limited'> }
) &
  Rated

export interface Rated {
  readonly rate?: readonly RateObservation[]
}

/** A rate limit before anything is known of it from answers: `limit` calls in any `windowMs`. */
export interface RateBudget {
  readonly bucket: string
  readonly limit: number
  readonly windowMs: number
}

/** A rate limit as the platform reported it with an answer. */
export interface RateObservation {
  readonly bucket: string
  readonly limit?: number
  readonly remaining: number
  /** Milliseconds from now until `remaining` is back at the limit. */
  readonly resetAfterMs: number
}
