import type { Spender } from '../ports/ledger.ts'
import type { Parameters, Usage } from '../ports/model.ts'

/** A turn on the caller's own connection (REST, command line): no inbox, but the same access, budget, media and memory. */
export interface DirectRequest {
  /** Names the turn in traces and log, and books its money: never the same for two requests. */
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
