import type { Outcome } from '../../src/ports/outcome.ts'
import type { Part } from '../../src/ports/platform.ts'
import type { StreamCall } from './native-streams.ts'

/** One call that reached a fake platform. */
export interface Entry {
  /** `Clock.elapsed()` at which the platform had it. */
  readonly at: number
  readonly kind: 'send' | 'edit' | 'remove' | 'find' | 'open' | 'show'
  /** What it was counted as, where that is something else. */
  readonly as?: StreamCall
  readonly place: string
  readonly message: string | null
  readonly text: string
  readonly state: Part['state'] | null
  readonly result: 'done' | 'refused' | 'too_long' | 'gone' | 'other_way' | 'lost' | 'failed'
}

export interface Shown {
  readonly id: string
  readonly place: string
  readonly nonce: string
  readonly part: Part
}

/** `lost_reply`: done, but nobody hears of it. `lost_request`: not done, and nobody hears of it. */
export type Fault =
  | 'lost_reply'
  | 'lost_request'
  | 'late_request'
  | 'not_sent'
  | 'refused'
  | 'gone'
  | 'forbidden'

export function resultOf(outcome: Outcome): Entry['result'] {
  if (outcome.kind === 'too_long' || outcome.kind === 'gone' || outcome.kind === 'other_way')
    return outcome.kind
  return outcome.kind === 'sent' ? 'done' : 'failed'
}
