import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { DraftPart } from '../ports/inbox.ts'
import type { Control, Part, Platform } from '../ports/platform.ts'
import type { Unopened } from './opening.ts'
import type { Pacer } from './pacer.ts'
import type { Stats } from './stats.ts'

/** What a delivery is to be. */
export interface DeliveryOptions {
  readonly platform: Platform
  /** Where to, or how to get there. */
  readonly place: Place | Unopened
  readonly pacer: Pacer
  readonly clock: Clock
  /** The same for the same message of the same turn, at most 25 characters. */
  nonce(index: number): string
  /** What a former try had made public: it is edited, never posted again. */
  readonly draft: readonly DraftPart[]
  /** Durable when it resolves. Called before a message is sent and after. */
  saveParts(parts: readonly DraftPart[]): Promise<void>
  /** The last message's buttons. */
  controls(state: Part['state']): readonly Control[]
  readonly privateTo?: string
  /** A file that can't be sent is left out, without words in its place. */
  readonly quiet?: true
  /** Aborted by who gives up: no further call is made, nothing waits any more, and the pacer is left. */
  readonly signal: AbortSignal
  /** Called after each call to the platform. */
  watch?(stats: Readonly<Stats>): void
}
