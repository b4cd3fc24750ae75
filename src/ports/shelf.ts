/**
 * What Parley made (spoken texts, painted pictures), kept on disk for a while and within a bound: what is missing can be
 * made again. No file that people sent is ever put there.
 */
export interface Shelf {
  /** null: not there, or not any more. */
  take(key: string): Promise<Kept | null>
  /**
   * Durable when it resolves. The same key again replaces what was there. `keepMs`: milliseconds for which it is kept,
   * as long as there is room; absent = a day.
   */
  put(key: string, content: Blob | Uint8Array, about: About, keepMs?: number): Promise<Kept>
}

/** Plain data. */
export interface About {
  readonly kind: 'sound' | 'picture' | 'transcript'
  /** `answer.mp3` */
  readonly name: string
  readonly type: string
  readonly description: string
  readonly seconds?: number
  /** Of a voice message: base64 of `Voice.waveform`. */
  readonly waveform?: string
}

export interface Kept {
  readonly key: string
  /** Bytes. */
  readonly size: number
  readonly about: About
  /** Read from disk when it is used; it stays readable while it is, whatever is taken from the shelf meanwhile. */
  readonly body: Blob
}
