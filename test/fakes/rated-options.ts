import type { Clock } from '../../src/ports/clock.ts'
import type { Outcome, RateBudget } from '../../src/ports/outcome.ts'
import type { Part, Platform } from '../../src/ports/platform.ts'
import type { NativeStreams, StreamCall } from './native-streams.ts'
import type { Entry, Fault } from './rated-ledger.ts'

export interface RatedPlatformOptions {
  readonly clock: Clock
  /** What is enforced. */
  readonly buckets: readonly RateBudget[]
  /** What is declared; the truth where absent. */
  readonly declared?: readonly RateBudget[]
  /**
   * The buckets a call spends; all where absent. `{place}` in a bucket's name stands for the place's thread, `{channel}`
   * for its channel. Openings, lookups and typing are free unless this says otherwise; a removal spends what an edit does.
   */
  spends?(kind: StreamCall, bucket: string): boolean
  /** Windows that begin with a call and refill at once, reported with each answer (Discord); else any window. */
  readonly reported?: boolean
  /** Of which buckets an answer tells, where any are; all where absent. */
  tells?(bucket: string): boolean
  latency?(): number
  fault?(kind: Entry['kind'], call: number): Fault | null
  retryAfter?(ms: number, call: number): number
  readonly message?: number
  readonly messagesPerAnswer?: number
  /** Streams of the platform's own. Calls on them spend as `stream`, `append` and `stop`. */
  readonly streams?: NativeStreams
  /** What it says of how long they live. */
  readonly streamMs?: number
  measure?(markdown: string): number
  /** What is really taken, where the platform's own count differs from `measure`. */
  takes?(markdown: string): boolean
  /** How a message that is sent or edited is refused, for what it carries. */
  refuses?(part: Part): Outcome | null
  readonly fileBytes?: number
  readonly takesFiles?: boolean
  readonly can?: Partial<Platform['can']>
  readonly finds?: boolean
  /** Openings and typing are calls like others, instead of free. */
  readonly opens?: boolean
}
