import type { CommandSpec, Form, Suggestion } from './command.ts'
import type { ConversationKey, FileRef, InboundEvent, MessageRef, Person, Place } from './event.ts'

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
  /** How people type this command here. Absent: `/name`. */
  typed?(command: string): string
  /** The length of `markdown` in the unit of `limits.message`. */
  measure(markdown: string): number
  /**
   * How a message may grow at this place, the best way first; none: it is shown once it is whole. Absent = by edits
   * where `can.edit`. `privateTo`: as in `SendOptions`.
   */
  ways?(place: Place, privateTo?: string): readonly Way[]
  /**
   * The buckets that one call of this kind spends at this place, as far as known before the first answer. `at`: the
   * message that is edited, and the answer holds for its next call, as it stands now. Without it, a message is meant that
   * is still to begin, by its way: `finish` is what will end one begun by `stream`, `edit` what will change and end one
   * that grows by edits.
   */
  budget(place: Place, call: CallKind, at?: MessageRef): readonly RateBudget[]
  /** Opens the thread on `place.root` if it is not open yet; idempotent. Returns where to send. */
  openPlace(place: Place, title: string, signal: AbortSignal): Promise<Opened>
  /** Gives the place's thread another title. */
  rename?(place: Place, title: string, signal: AbortSignal): Promise<Outcome>
  send(place: Place, part: Part, how: SendOptions): Promise<Outcome>
  /** `place`: where the answer goes that the message belongs to, as it was for `send`; after a Regenerate it may have another `via`. */
  edit(place: Place, at: MessageRef, part: Part, signal: AbortSignal): Promise<Outcome>
  remove(place: Place, at: MessageRef, signal: AbortSignal): Promise<Outcome>
  /** Typing or a status line; null clears it. Never rejects: nothing depends on it. */
  show(place: Place, activity: Activity | null, signal: AbortSignal): Promise<Reported>
  /** The file's bytes. Rejects with a `DownloadError` in words for the user. */
  download(file: FileRef, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
  /**
   * The message that was sent so, when the answer to `send` was lost; null when it is certain that there is none.
   * `unknown`: the platform can't say, and never will. Rejects when it does not say now.
   */
  find?(sent: SentBefore, place: Place, signal: AbortSignal): Promise<MessageRef | 'unknown' | null>
}

/**
 * What a call is, for what it spends. `stream`: a send that begins a message which grows by `stream`. `finish`: the edit
 * that makes a message whole.
 */
export type CallKind =
  | 'send'
  | 'stream'
  | 'edit'
  | 'finish'
  | 'remove'
  | 'open'
  | 'rename'
  | 'find'
  | 'show'
  | 'clear'

/**
 * How a message grows while it is written. `edit`: each call replaces what it says. `stream`: the platform's own
 * streaming, in which text is only ever added; calls are `send` with this way, and `edit` with the text as it is then.
 */
export type Way = 'edit' | 'stream'

/** What the engine offers a platform. */
export interface Intake {
  /** Durable when it resolves; only then may the platform be told that the event arrived. */
  admit(event: InboundEvent): Promise<Admission>
  /**
   * Where a message is answered: the conversation's key for good. Asked before admission, and again for what happens
   * to the message later (edits, deletes), with the same answer.
   */
  place(spot: Spot): Promise<Place>
  /** Whether Parley takes part in this conversation, so that no mention is needed. */
  follows(conversation: ConversationKey): Promise<boolean>
  readonly commands: readonly CommandSpec[]
  /** What fits what the person has typed so far, the best first; at most 25 (Discord's limit). */
  suggest(what: Suggestion, typed: string, signal: AbortSignal): Promise<readonly string[]>
  /** The form of a command (`CommandSpec.form`) with what holds at the place; null when this person may not use it, or it has none. */
  form(command: string, place: Place, by: Person): Promise<Form | null>
  /** For a page that shows one person how things stand (Slack's Home tab); null when this person may not use Parley. */
  overview(place: Place, by: Person): Promise<Overview | null>
  /**
   * Makes a call of the platform's own (history, names) when the limits allow it, behind everything that people wait
   * for. Rejects with the signal's reason.
   */
  paced<T extends Reported>(
    budgets: readonly RateBudget[],
    call: () => Promise<T>,
    signal: AbortSignal,
  ): Promise<T>
}

/** What holds for one person at one place. */
export interface Overview {
  readonly model: string
  readonly persona: string
  /** Whether the person may write to Parley directly. */
  readonly direct: boolean
  readonly today: {
    /** US dollars; `limit` null = none. */
    readonly spent: number
    readonly limit: number | null
    /** US dollars left of the budget for everybody, where the person has more left; null = not less than theirs, or no limit. */
    readonly shared: number | null
    /** When the next day of the budget begins: milliseconds since the epoch. */
    readonly until: number
  }
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
  /** The message it replies to, if any. */
  readonly repliesTo: MessageRef | null
  readonly direct: boolean
  /** The id a thread opened on this message has or would have; null where threads can't be opened. */
  readonly threadIfOpened: string | null
  /** Threads can be opened on what others write here, if not on this: a command that is no message. Absent = no. */
  readonly threads?: true
}

export interface Limits {
  /** The most one message holds, in the unit of `measure`. */
  readonly message: number
  readonly filesPerMessage: number
  /** Bytes. */
  readonly fileBytes: number
  /** An answer that needs more messages than this ends in a file with the whole of it; null = any number. */
  readonly messagesPerAnswer: number | null
  /** Milliseconds a message can grow by `stream`: then it is made whole as it is, and the text goes on in the next. Absent = any time. */
  readonly streamMs?: number
}

export interface Capabilities {
  readonly edit: boolean
  readonly threads: boolean
  readonly buttons: boolean
  /** Messages only one person sees. `via`: only at places that have a `via` (Discord: while answering an interaction). */
  readonly private: 'everywhere' | 'via' | 'nowhere'
  /** Whether they can carry a file; where not, `limits.messagesPerAnswer` doesn't hold for them. Absent = yes. */
  readonly privateFiles?: boolean
}

/** One message to be shown. */
export interface Part {
  readonly markdown: string
  /**
   * The beginning of `markdown` that stays, whatever text follows: without what only closes it for now (a fence, say).
   * Absent = all of it.
   */
  readonly stays?: string
  /** `writing`: more will come. `done`: final. The others are final too, and marked by the engine in words. */
  readonly state: 'writing' | 'done' | 'stopped' | 'failed'
  readonly controls: readonly Control[]
  /** Goes with the message; only platforms with `limits.messagesPerAnswer` are given one. */
  readonly file?: TextFile
}

/** A file made of text, sent as UTF-8. */
export interface TextFile {
  readonly name: string
  readonly text: string
}

export type Control = 'stop' | 'regenerate' | 'retry' | 'thumbs'

/** What makes one message of an answer known again. */
export interface Sent {
  /** At most 25 characters (Discord's limit), the same for each try of the same message. */
  readonly nonce: string
  /** Which message of its answer it is, counted from 0. */
  readonly index: number
}

/** A message that may have been sent. */
export interface SentBefore extends Sent {
  /**
   * Not before then, and no other answer of its conversation was since: milliseconds since the epoch. Absent = at any
   * time, and others may have followed.
   */
  readonly since?: number
  /** What it said, as far as that is known. */
  readonly markdown?: string
  /** As in `SendOptions`. */
  readonly privateTo?: string
  /** Other messages of the same answer, as far as they are known. */
  readonly others?: readonly MessageRef[]
}

export interface SendOptions extends Sent {
  /** How it will grow; absent = by edits, or not at all. */
  readonly way?: Way
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
  /** The message may stand, but not be changed by the way that is open now; new ones can be sent. */
  | { readonly kind: 'out_of_reach' }
  /** The message stands as it is, and nobody can change it any more; new ones can be sent. */
  | { readonly kind: 'fixed' }
  /** The message stands, but its way is over: the same edit again goes another way, and spends what `budget` says now. */
  | { readonly kind: 'other_way' }
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

export type Activity = { readonly kind: 'typing' } | { readonly kind: 'status'; readonly text: string }
