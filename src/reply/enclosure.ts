import type { MediaFile } from '../ports/platform.ts'

/** A sound or a picture that goes with an answer, in a message of its own below its text. */
export interface Enclosure {
  readonly file: MediaFile
  /** These stand there instead of it. */
  readonly words?: string
  /** The same as an ordinary file, where it isn't taken as a voice message (outcome `no_voice`). */
  readonly plain?: (signal: AbortSignal) => Promise<MediaFile>
}
