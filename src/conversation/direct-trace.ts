import type { TurnTrace } from '../observe/trace.ts'
import type { Traces, TurnRecorder } from '../observe/traces.ts'
import { MediaError, ModelError } from '../ports/failure.ts'
import type { Spender } from '../ports/ledger.ts'
import { Refused } from './refused.ts'

export interface DirectTrace {
  readonly turn: string
  readonly spender: Spender
  /** Milliseconds since the epoch. */
  readonly admittedAt: number
}

/** The trace of one request on the caller's own connection. */
export const beginTrace = (
  traces: Pick<Traces, 'begin'>,
  { turn, spender, admittedAt }: DirectTrace,
): TurnRecorder =>
  traces.begin({
    turn,
    platform: spender.platform,
    // It was said in no channel.
    workspace: '',
    channel: '',
    thread: '',
    admittedAt,
  })

export const endFailed = (trace: TurnRecorder, error: unknown): void =>
  trace.end(outcomeOf(error), wordsOf(error))

const outcomeOf = (error: unknown): NonNullable<TurnTrace['outcome']> =>
  error instanceof Refused ? 'refused' : 'failed'

/** What may be read by whoever looks on; internals stay with the error, which the caller logs. */
const wordsOf = (error: unknown): string =>
  error instanceof Refused || error instanceof ModelError || error instanceof MediaError
    ? error.words
    : 'Something went wrong inside Parley.'
