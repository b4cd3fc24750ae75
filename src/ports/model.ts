/** A language model and its small siblings. Implementations throw `ModelError` (src/ports/failure.ts) and nothing else. */

export interface Model {
  /** `openai`, `rehearsal`: what /health calls the provider. */
  readonly provider: string
  /**
   * Streams one answer. Ends with exactly one `end`; a stream that breaks, stalls or closes without its terminal
   * event throws. Aborting `signal` throws `ModelError` of kind `aborted` within 100 ms.
   */
  reply(request: ReplyRequest, signal: AbortSignal): AsyncIterable<ModelEvent>
  models(signal: AbortSignal): Promise<readonly ModelInfo[]>
}

export interface ReplyRequest {
  readonly model: string
  readonly instructions: string
  readonly messages: readonly PromptMessage[]
  readonly parameters: Parameters
  /** What the provider may do beside writing; a model or server that can't is told by a `warning`. */
  readonly tools?: readonly HostedTool[]
  /** A hash of the person; goes out as `safety_identifier`. At most 128 characters. */
  readonly person?: string
  /** Stable for one conversation, so that the provider's prompt cache is hit. */
  readonly cacheKey?: string
}

/** Carried out by the provider. `model`: absent = its choice. `most`: pictures in one answer, where it can be told. */
export type HostedTool = {
  readonly kind: 'image_generation'
  readonly model?: string
  /** Pictures on the way, 0 to 3 (OpenAI's limit). */
  readonly partials: number
  readonly most: number
}

export interface PromptMessage {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: readonly PromptPart[]
}

export type PromptPart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly image: PromptImage }
  | { readonly kind: 'audio'; readonly name: string; readonly type: string; readonly seconds: number }

/** An image as bytes or as a public https address. */
export type PromptImage =
  | {
      readonly kind: 'bytes'
      readonly bytes: Uint8Array
      readonly type: string
      readonly width: number
      readonly height: number
      readonly name: string
    }
  | { readonly kind: 'url'; readonly url: string }

export interface Parameters {
  readonly temperature?: number
  readonly topP?: number
  readonly maxTokens?: number
  readonly frequencyPenalty?: number
  readonly presencePenalty?: number
  /** Up to 4. */
  readonly stop?: readonly string[]
  readonly responseFormat?: ResponseFormat
}

export type ResponseFormat =
  | { readonly kind: 'text' }
  | { readonly kind: 'json_object' }
  | {
      readonly kind: 'json_schema'
      readonly name: string
      readonly schema: unknown
      readonly strict: boolean
    }

export type ModelEvent =
  | { readonly kind: 'started'; readonly requestId: string | null }
  | { readonly kind: 'text'; readonly delta: string }
  | { readonly kind: 'reasoning'; readonly delta: string }
  /** A parameter the model can't take was left out; the answer goes on without it. */
  | { readonly kind: 'warning'; readonly parameter: string; readonly why: string }
  | { readonly kind: 'citation'; readonly url: string; readonly title: string }
  | { readonly kind: 'tool'; readonly name: string; readonly state: 'running' | 'done' }
  /** Painted by the tool `image_generation`. `id`: the same for a picture and those on its way. */
  | {
      readonly kind: 'image'
      readonly id: string
      readonly base64: string
      readonly type: string
      readonly partial: boolean
    }
  | { readonly kind: 'end'; readonly end: ReplyEnd }

export interface ReplyEnd {
  /** `length`: max_tokens reached. `filter`: the provider's content filter cut it. `refusal`: the model declined; its words came as text. */
  readonly reason: 'complete' | 'length' | 'filter' | 'refusal'
  /** The model that answered, as the provider names it. */
  readonly model: string
  readonly usage: Usage
  readonly requestId: string | null
}

/** Tokens. `cachedTokens` are part of `inputTokens`, `reasoningTokens` of `outputTokens`. `exact` is false when the server reported none. */
export interface Usage {
  readonly inputTokens: number
  readonly cachedTokens: number
  /** Part of `inputTokens` too: written to the provider's prompt cache, which some bill above plain input. Absent = none. */
  readonly cacheWriteTokens?: number
  readonly outputTokens: number
  readonly reasoningTokens: number
  readonly exact: boolean
}

export interface ModelInfo {
  readonly id: string
  /** ISO date from which the provider no longer serves it; null if none is announced. */
  readonly shutdownDate: string | null
}

export interface Transcriber {
  transcribe(request: TranscribeRequest, signal: AbortSignal): Promise<Transcript>
}
export interface TranscribeRequest {
  readonly model: string
  /** May lie on disk, and is read while it is sent. At most 25 MB (OpenAI's limit). */
  readonly sound: Blob
  /** Its ending tells the provider the container. */
  readonly name: string
  readonly type: string
  /** ISO 639-1. */
  readonly language?: string
  /** Names and words to expect. */
  readonly vocabulary?: string
}
export interface Transcript {
  readonly text: string
  readonly language: string | null
  readonly usage: Usage | null
  /** In order, in seconds from the beginning, where the model tells them. */
  readonly segments?: readonly { readonly from: number; readonly to: number; readonly text: string }[]
}

export interface Speaker {
  /** At most 4096 characters of text a call (OpenAI's limit). */
  speak(request: SpeakRequest, signal: AbortSignal): Promise<ReadableStream<Uint8Array>>
}
export type AudioFormat = 'mp3' | 'opus' | 'aac' | 'flac' | 'wav' | 'pcm'
export interface SpeakRequest {
  readonly model: string
  readonly text: string
  readonly voice: string
  readonly format: AudioFormat
  /** 0.25 to 4. */
  readonly speed?: number
  readonly instructions?: string
}

export interface Moderator {
  moderate(inputs: readonly ModerationInput[], signal: AbortSignal): Promise<Verdict>
}
export type ModerationInput =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'image'; readonly bytes: Uint8Array; readonly type: string }
export interface Verdict {
  readonly flagged: boolean
  /** Category -> 0..1. */
  readonly scores: Readonly<Record<string, number>>
}

export interface Embedder {
  embed(texts: readonly string[], model: string, signal: AbortSignal): Promise<Embeddings>
}
export interface Embeddings {
  readonly vectors: readonly (readonly number[])[]
  readonly model: string
  readonly usage: Usage
}

export interface Painter {
  /** Yields partial pictures where the model paints them, and last the finished one. */
  paint(request: PaintRequest, signal: AbortSignal): AsyncIterable<Painting>
}
export interface PaintRequest {
  readonly model: string
  readonly prompt: string
  /** `1024x1024` or the like; absent = the model's choice. */
  readonly size?: string
  /** Pictures to work on; absent or empty: it paints from nothing. */
  readonly images?: readonly Extract<PromptImage, { kind: 'bytes' }>[]
}
export interface Painting {
  readonly bytes: Uint8Array
  readonly type: string
  readonly final: boolean
  /** With the finished one, where the provider reports it. */
  readonly usage?: Usage | null
}
