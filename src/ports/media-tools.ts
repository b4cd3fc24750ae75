/**
 * Reads, cuts and joins pictures, documents and sounds: all that decodes what strangers send. Files are named by their
 * path on this machine. Each job runs apart from the program, within `Bounds`: what takes more memory or time is ended
 * and rejects with a `MediaError`, as does what can't be read. Aborting `signal` rejects with its reason at once.
 */
export interface MediaTools {
  /** The same tools for one person's files: where jobs wait for each other, people take turns. */
  for(whose: string): MediaTools
  picture(path: string, wish: PictureWish, signal: AbortSignal): Promise<PictureRead>
  document(path: string, wish: DocumentWish, signal: AbortSignal): Promise<DocumentRead>
  /** What a sound is, the sound of a film included. */
  sound(path: string, signal: AbortSignal): Promise<SoundFacts>
  /**
   * Cuts a sound at quiet places into files named by `wish.path`, in order. What only ffmpeg can read is encoded anew, all
   * else is cut without loss. What is small and short enough may come back as it is: one piece, the file itself.
   */
  pieces(path: string, wish: PiecesWish, signal: AbortSignal): Promise<readonly SoundPiece[]>
  /** Joins sounds of one format in order, into `to`. They may come from a model: `format` is what was asked for, the bytes decide. */
  join(paths: readonly string[], format: SoundFormat, to: string, signal: AbortSignal): Promise<SoundFacts>
  /** Makes a voice message of any sound it can decode: OGG/Opus, one channel, 48 kHz, written to `to`. */
  voiceMessage(path: string, to: string, signal: AbortSignal): Promise<VoiceFacts>
  /** The same sound in another format, written to `to`. `unsupported` where that takes ffmpeg and there is none. */
  convert(path: string, format: SoundFormat, to: string, signal: AbortSignal): Promise<SoundFacts>
  /** Whether there is ffmpeg, and which; null = none. */
  ffmpeg(): Promise<string | null>
  close(): Promise<void>
}

/** What one job may take: megabytes beyond what its process has as it begins, those of ffmpeg among them; milliseconds. */
export interface Bounds {
  readonly megabytes: number
  readonly milliseconds: number
}

export interface PictureWish {
  /** Its type as the bytes tell it: `image/heic`. */
  readonly type: string
  /** Pixels; a longer edge is scaled down to it. */
  readonly longestEdge: number
  /** Bytes of the result. */
  readonly most: number
}

/** Upright, and without what a camera wrote into it. */
export interface PictureRead {
  readonly bytes: Uint8Array
  /** One that vision takes: PNG, JPEG, WebP or GIF. The bytes are the file's own where nothing had to be changed. */
  readonly type: string
  readonly width: number
  readonly height: number
  /** Of an animation or a file with pages: how many there are, of which the first is shown. 1 = just the one. */
  readonly frames: number
}

export interface DocumentWish {
  readonly kind: 'pdf' | 'docx' | 'text'
  /** UTF-16 units of text; no more is read. */
  readonly longest: number
  readonly pages: number
  /** Pages without text, as pictures: at most so many, no longer than so many pixels at their longer edge. */
  readonly pictures: number
  readonly longestEdge: number
}

export interface DocumentRead {
  /** A PDF's by page; one for all others. */
  readonly pages: readonly DocumentPage[]
  /** Of the whole document; null where it has none (text) or nobody can say. */
  readonly pageCount: number | null
  /** Whether text, pages or pictures beyond the wish were left out. */
  readonly cut: boolean
  /** UTF-16 units of the whole text, where it was counted. */
  readonly length: number | null
  /** Of a text: what it was encoded in. */
  readonly encoding: string | null
}

export interface DocumentPage {
  /** Counted from 1. */
  readonly number: number
  readonly text: string
  /** The page as it looks, where it has no text of its own. */
  readonly picture: PictureRead | null
}

export type SoundFormat = 'mp3' | 'opus' | 'aac' | 'flac' | 'wav' | 'pcm'

export interface SoundFacts {
  /** As the bytes tell: `audio/ogg`, `video/mp4`. */
  readonly type: string
  /** `opus`, `aac`, `mp3`, `pcm`… */
  readonly codec: string
  readonly seconds: number
  readonly channels: number
  /** Hz. */
  readonly rate: number
  /** Bytes. */
  readonly size: number
  readonly hasPictures: boolean
}

export interface PiecesWish {
  /** A new path in a folder of the caller's. */
  readonly path: (ending: string) => string
  /** Bytes of one piece. */
  readonly most: number
  /** Seconds of one piece. */
  readonly longest: number
}

export interface SoundPiece {
  readonly path: string
  /** What it was cut to: its own container. */
  readonly type: string
  /** Its ending, with the dot: providers tell the container by it. */
  readonly ending: string
  /** Seconds from the beginning of the whole. */
  readonly from: number
  readonly seconds: number
  /** Bytes. */
  readonly size: number
}

export interface VoiceFacts {
  readonly seconds: number
  /** 0 to 255, at most 256 points. */
  readonly waveform: Uint8Array
  /** Bytes. */
  readonly size: number
}
