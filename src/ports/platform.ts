import type { CommandSpec } from './command.ts'
import type { ConversationKey, FileRef, InboundEvent, MessageRef, Place } from './event.ts'

/**
 * A place where people talk. A call is one physical operation: an adapter does not retry, split, pace or
 * sleep on a 429; it reports an `Outcome` and the engine decides.
 */
export interface Platform {
  readonly name: string
  readonly limits: Limits
  readonly can: Capabilities
  /** Connects and feeds `intake`. Resolves when connected; rejects with words that say what to mend. */
  start(intake: Intake, signal: AbortSignal): Promise<void>
  /** Takes in nothing more and closes; resolves when the last event was admitted or given up. */
  stop(): Promise<void>
  /** The length of `markdown` in the unit of `limits.message`. */
  measure(markdown: string): number
  /** The buckets that one call of this kind spends at this place, as far as known before the first answer. */
  budget(place: Place, call: 'send' | 'edit'): readonly RateBudget[]
  /** Opens the thread on `place.root` if it is not open yet; idempotent. Returns where to send. */
  openPlace(place: Place, title: string, signal: AbortSignal): Promise<Opened>
  send(place: Place, part: Part, how: SendOptions): Promise<Outcome>
  edit(at: MessageRef, part: Part, signal: AbortSignal): Promise<Outcome>
  remove(at: MessageRef, signal: AbortSignal): Promise<Outcome>
  /** Typing or a status line; null clears it. Never fails loudly: nothing depends on it. */
  show(place: Place, activity: Activity | null): Promise<void>
  /** The file's bytes. Rejects with a `DownloadError` in words for the user. */
  download(file: FileRef, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
  /** The message that was sent with `nonce`, when an answer to `send` was lost. */
  find?(nonce: string, place: Place, signal: AbortSignal): Promise<MessageRef | null>
}

/** What the engine offers a platform. */
export interface Intake {
  /** Durable when it resolves; only then may the platform be told that the event arrived. */
  admit(event: InboundEvent): Promise<Admission>
  /** Where a message is answered. Asked once, before admission; the answer is the conversation's key for good. */
  place(spot: Spot): Place
  /** Whether Parley takes part in this conversation, so that no mention is needed. */
  follows(conversation: ConversationKey): Promise<boolean>
  readonly commands: readonly CommandSpec[]
}

/** `full`: too much is waiting there already; tell the person to try again later. `ignored`: bots, foreigners. */
export type Admission = 'new' | 'duplicate' | 'full' | 'ignored'

/** A message's surroundings as the platform knows them. */
export interface Spot {
  readonly platform: string
  readonly workspace: string
  readonly channel: string
  /** The thread it was written in, if any. */
  readonly thread: string | null
  readonly message: MessageRef
  readonly direct: boolean
  /** The id a thread opened on this message has or would have; null where threads can't be opened. */
  readonly threadIfOpened: string | null
}

export interface Limits {
  /** The most one message holds, in the unit of `measure`. */
  readonly message: number
  readonly filesPerMessage: number
  /** Bytes. */
  readonly fileBytes: number
}

export interface Capabilities {
  readonly edit: boolean
  readonly threads: boolean
  readonly buttons: boolean
  /** Messages only one person sees. */
  readonly private: boolean
}

/** One message to be shown. */
export interface Part {
  readonly markdown: string
  /** `writing`: more will come. `done`: final. The others are final too, and marked by the engine in words. */
  readonly state: 'writing' | 'done' | 'stopped' | 'failed'
  readonly controls: readonly Control[]
}

export type Control = 'stop' | 'regenerate' | 'retry' | 'thumbs'

export interface SendOptions {
  /** At most 25 characters (Discord's limit), the same for each try of the same message. */
  readonly nonce: string
  /** Shown to this person alone where the platform can. */
  readonly privateTo?: string
  readonly signal: AbortSignal
}

/** What became of one call. `rate` is what the platform said of its limits while answering. */
export type Outcome = (
  | { readonly kind: 'sent'; readonly ref: MessageRef }
  | { readonly kind: 'limited'; readonly retryAfterMs: number; readonly bucket?: string }
  | { readonly kind: 'too_long' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'not_sent'; readonly cause: unknown }
  | { readonly kind: 'unknown'; readonly cause: unknown }
) & { readonly rate?: readonly RateObservation[] }

export type Opened =
  | { readonly kind: 'open'; readonly place: Place }
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'failed'; readonly cause: unknown }

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

export type Activity = { readonly kind: 'typing' } | { readonly kind: 'status'; readonly text: string }
