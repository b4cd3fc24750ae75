import type { ModelEvent, ReplyEnd, Usage } from '../../src/ports/model.ts'

/** How the provider said that the answer ended. `usage` is null when it reported none. */
export interface Finish {
  readonly reason: ReplyEnd['reason']
  /** '' when it named none. */
  readonly model: string
  readonly usage: Usage | null
}

/** One answer's events; `finish` comes once, after the terminal event, and nothing but it makes an `end`. */
export type StreamedEvent =
  | Exclude<ModelEvent, { kind: 'end' }>
  | { readonly kind: 'finish'; readonly finish: Finish }
