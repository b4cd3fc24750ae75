import type { MediaFailure } from '../../src/ports/failure.ts'
import type {
  Bounds,
  DocumentRead,
  DocumentWish,
  PictureRead,
  PictureWish,
  SoundFacts,
  SoundFormat,
  SoundPiece,
  VoiceFacts,
} from '../../src/ports/media-tools.ts'

/** What a child process is asked to do: plain data, as all that crosses to it and back. */
export type Job =
  | { readonly kind: 'picture'; readonly path: string; readonly wish: PictureWish }
  | { readonly kind: 'document'; readonly path: string; readonly wish: DocumentWish }
  | { readonly kind: 'sound'; readonly path: string }
  | { readonly kind: 'pieces'; readonly path: string; readonly wish: CutWish }
  | {
      readonly kind: 'join'
      readonly paths: readonly string[]
      readonly format: SoundFormat
      readonly to: string
    }
  | { readonly kind: 'voiceMessage'; readonly path: string; readonly to: string }
  | { readonly kind: 'convert'; readonly path: string; readonly format: SoundFormat; readonly to: string }
  | { readonly kind: 'ffmpeg' }

/** The pieces of a sound are written to `${stem}-${n}${ending}`, n from 1. */
export interface CutWish {
  /** A path that no file has. */
  readonly stem: string
  /** Bytes of one piece. */
  readonly most: number
  /** Seconds of one piece. */
  readonly longest: number
}

export interface JobResults {
  readonly picture: PictureRead
  readonly document: DocumentRead
  readonly sound: SoundFacts
  readonly pieces: readonly SoundPiece[]
  readonly join: SoundFacts
  readonly voiceMessage: VoiceFacts
  readonly convert: SoundFacts
  readonly ffmpeg: string | null
}

/** What a job may take. */
export interface JobBounds extends Bounds {
  /** Never takes every place: somebody else's small picture gets through meanwhile. */
  readonly heavy: boolean
}

/** `megabytes`: beyond what its process has when the job begins. */
export function boundsOf(job: Job): JobBounds {
  switch (job.kind) {
    case 'picture':
      return /hei[cf]/.test(job.wish.type) ? heic : quick
    case 'document':
    case 'sound':
    case 'ffmpeg':
      return quick
    // Of an answer that is read aloud: seconds of work, for which somebody is waiting.
    case 'join':
    case 'voiceMessage':
      return { megabytes: usual, milliseconds: 60_000, heavy: false }
    case 'pieces':
    case 'convert':
      return { megabytes: usual, milliseconds: 120_000, heavy: true }
  }
}

/** With what one such job takes until it is ended, the program grows by less than 200 MB; two may run at a time. */
const usual = 175
const quick: JobBounds = { megabytes: usual, milliseconds: 10_000, heavy: false }
/** Its decoder holds a picture several times over: measured, a phone's 24 million pixels took 400 MB. */
const heic: JobBounds = { megabytes: 450, milliseconds: 10_000, heavy: true }

/** What a child is sent. */
export interface Order {
  readonly job: Job
  readonly megabytes: number
}

/** What comes back. `spent`: it holds so much memory that it should not be given another job. */
export type Answer = { readonly spent: boolean } & (
  | { readonly kind: 'done'; readonly result: unknown }
  | {
      readonly kind: 'failed'
      readonly failure: MediaFailure
      readonly words: string
      /** For the log: the error behind it, with its stack. */
      readonly detail: string | null
    }
)
