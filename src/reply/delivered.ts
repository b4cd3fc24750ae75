import type { DraftPart } from '../ports/inbox.ts'

/** How an answer's way ended. */
export type Delivered =
  | ({ readonly kind: 'shown' } & Shown)
  | ({ readonly kind: 'given_up'; readonly why: Obstacle } & Shown)

export interface Shown {
  readonly parts: readonly DraftPart[]
  /** The answer's text, without marks. */
  readonly text: string
  /** The Markdown of each message as it was last seen to be shown. */
  readonly messages: readonly string[]
}

/** Why an answer could not be shown. `gone`: the thread or channel was deleted. */
export type Obstacle =
  | { readonly kind: 'gone' }
  | { readonly kind: 'forbidden'; readonly why: string }
  | { readonly kind: 'too_long' }
  /** The platform asked to wait for longer than anybody waits for an answer. */
  | { readonly kind: 'limited' }
  | { readonly kind: 'failed'; readonly cause: unknown }
