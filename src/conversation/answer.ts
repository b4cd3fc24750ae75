import type { Spender } from '../ports/ledger.ts'
import type { Parameters, Usage } from '../ports/model.ts'

/** A turn on the caller's own connection (REST, command line): no inbox, but the same access, budget, media and memory. */
export interface DirectRequest {
  /** Goes on every log line and into the response's x-request-id. */
  readonly turn: string
  readonly spender: Spender
  readonly message: string
  readonly history: readonly { readonly role: 'system' | 'user' | 'assistant'; readonly content: string }[]
  readonly images: readonly DirectImage[]
  /** Absent = the default. */
  readonly model?: string
  readonly instructions?: string
  readonly parameters: Parameters
}

export type DirectImage =
  | { readonly kind: 'bytes'; readonly name: string; readonly bytes: Uint8Array }
  | { readonly kind: 'url'; readonly url: string }

export type DirectEvent =
  | { readonly kind: 'text'; readonly delta: string }
  /** Something the model can't take was left out. */
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

/** Why a question was not put to the model; `words` are for the person who asked and say what to do. */
export class Refused extends Error {
  readonly kind: 'access' | 'budget' | 'too_long' | 'bad_input' | 'unknown_model'
  readonly words: string
  /** Milliseconds until asking again may work. */
  readonly retryAfterMs: number | null

  constructor(kind: Refused['kind'], words: string, retryAfterMs: number | null = null) {
    super(words)
    this.name = 'Refused'
    this.kind = kind
    this.words = words
    this.retryAfterMs = retryAfterMs
  }
}
