import type { CommandSpec } from './command.ts'
import type { FileRef, MessageRef, Place } from './event.ts'
import type { Intake } from './intake.ts'
import type { Opened, Outcome, RateBudget, Reported } from './outcome.ts'

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
  /** The same with the command's options. Absent: `<required>` and `[optional]` behind it. */
  usage?(command: CommandSpec): string
  /** The length of `markdown` in the unit of `limits.message`. */
  measure(markdown: string): number
  /**
   * How a message may grow at this place, the best way first; none: it is shown once it is whole. Absent = by edits
   * where `can.edit`. `privateTo`: as in `SendOptions`.
   */
  ways?(place: Place, privateTo?: string): readonly Way[]
  /** Whether an answer at this place may carry a file now; where not, `limits.messagesPerAnswer` doesn't hold. Absent = yes. */
  takesFiles?(place: Place): boolean
  /**
   * Whether a sound can be sent to this place by itself, without its `via`, as a file or a voice message, as far as is
   * known. Absent = where files can.
   */
  takesSounds?(place: Place): boolean
  /** Whether a sound at this place is best sent as the platform's own voice message (`MediaFile.voice`). Absent = never. */
  takesVoice?(place: Place, privateTo?: string): boolean
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
  /** An edit may change a message's file: a picture is shown while it is painted. Absent = no. */
  readonly changesFiles?: boolean
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
  /**
   * Goes with the message. Text only to platforms with `limits.messagesPerAnswer`; a sound or a picture to all, in a
   * message of its own whose `markdown` is ''.
   */
  readonly file?: TextFile | MediaFile
}

/** A file made of text, sent as UTF-8. */
export interface TextFile {
  readonly kind: 'text'
  readonly name: string
  readonly text: string
}

/** A sound, a picture or a transcript that Parley made. */
export interface MediaFile {
  readonly kind: 'sound' | 'picture' | 'transcript'
  /** The same for the same content. */
  readonly id: string
  readonly name: string
  /** `audio/mpeg`, `image/png` */
  readonly type: string
  /** Bytes. */
  readonly size: number
  /** May lie on disk, and is read when it is sent. */
  readonly body: Blob
  /** What it shows or says, for those who can't see or hear it. */
  readonly description: string
  /** Of a sound: its length in seconds, where known. */
  readonly seconds?: number
  /** It is to be shown as a voice message (`Platform.takesVoice`): OGG/Opus, one channel, 48 kHz. */
  readonly voice?: Voice
}

export interface Voice {
  readonly seconds: number
  /** Loudness over time, 0 to 255, at most 256 points (Discord's limit). */
  readonly waveform: Uint8Array
}

export type Control = 'stop' | 'regenerate' | 'retry' | 'thumbs' | 'read_aloud' | 'correct'

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

export type Activity = { readonly kind: 'typing' } | { readonly kind: 'status'; readonly text: string }
