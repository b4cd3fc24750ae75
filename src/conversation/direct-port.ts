import type { Line } from '../media/transcript-lines.ts'
import type { Spender } from '../ports/ledger.ts'
import type { SoundFormat } from '../ports/media-tools.ts'
import type { Parameters, Usage } from '../ports/model.ts'
import type { Folder } from '../ports/scratch.ts'

/** A turn on the caller's own connection (REST, command line): no inbox, but the same access, budget, media and memory. */
export interface DirectRequest {
  /** Names the turn in traces and log, and books its money: never the same for two requests. */
  readonly turn: string
  readonly spender: Spender
  readonly message: string
  readonly history: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[]
  readonly images: readonly DirectImage[]
  /** Documents, texts, sounds. Absent = none. */
  readonly files?: readonly DirectFile[]
  /** Absent = the default. */
  readonly model?: string
  readonly instructions?: string
  readonly parameters: Parameters
}

export interface DirectFile {
  readonly name: string
  readonly bytes: Uint8Array
}

export type DirectImage = (
  | ({ readonly kind: 'bytes' } & DirectFile)
  | { readonly kind: 'url'; readonly url: string }
) & {
  /** Where it stood in what the caller sent, from 0; absent = where it stands here. */
  readonly index?: number
}

export type DirectEvent =
  | { readonly kind: 'text'; readonly delta: string }
  /** Something the model can't take, or a part of a file, was left out. */
  | { readonly kind: 'warning'; readonly words: string }
  | { readonly kind: 'end'; readonly end: DirectEnd }

export interface DirectEnd {
  readonly text: string
  readonly reason: 'complete' | 'length' | 'filter' | 'refusal'
  readonly model: string
  readonly usage: Usage
  readonly costUsd: number
}

/** Asks once. Throws `Refused` before the model is called, `ModelError` while it answers. */
export type Direct = (request: DirectRequest, signal: AbortSignal) => AsyncIterable<DirectEvent>

/** Speech and transcripts on the caller's own connection. Both throw `Refused`, `ModelError`, or the signal's reason. */
export interface DirectSounds {
  /** Markdown read aloud; of any length up to 20,000 characters. */
  speak(request: DirectSpeech, signal: AbortSignal): Promise<DirectSpoken>
  transcribe(request: DirectRecording, signal: AbortSignal): Promise<DirectHeard>
}

interface DirectSound {
  /** Books its money: never the same for two requests. */
  readonly id: string
  readonly spender: Spender
}

export interface DirectSpeech extends DirectSound {
  readonly text: string
  /** Absent = the defaults. */
  readonly model?: string
  readonly voice?: string
  readonly format?: SoundFormat
  /** 0.25 to 4. */
  readonly speed?: number
  readonly instructions?: string
}

export interface DirectSpoken {
  /** Lies on disk, and is read when it is used. */
  readonly body: Blob
  readonly type: string
  readonly name: string
  /** Where known. */
  readonly seconds: number | null
}

export interface DirectRecording extends DirectSound {
  /** Writes the recording into the folder, which is deleted afterwards. What it throws is thrown. */
  readonly receive: (folder: Folder, signal: AbortSignal) => Promise<Received>
}

export interface Received {
  readonly path: string
  readonly name: string
  /** Of its bytes, in hex: the same recording is heard once. */
  readonly sha256: string
  readonly model?: string | undefined
  /** ISO 639-1. */
  readonly language?: string | undefined
  /** Names and words to expect. */
  readonly vocabulary?: string | undefined
}

export interface DirectHeard {
  readonly text: string
  /** ISO 639-1, where known. */
  readonly language: string | null
  readonly seconds: number
  readonly lines: readonly Line[]
}
