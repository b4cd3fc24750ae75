import type { Logger } from 'pino'
import type { DraftAnswer } from '../ports/inbox.ts'
import type { Charge } from '../ports/ledger.ts'
import { Refused } from './answer.ts'
import type { RunningTurn } from './running.ts'
import { failureWords, stoppedWords, suspendedWords } from './words.ts'
import type { Writing } from './writing.ts'

/** The text as it will stay. Kept in the draft, so that a crash from here on asks no model again. */
export interface Whole {
  /** What is shown: the model's words and, before them, what was said for people. */
  readonly shown: string
  /** The model's own words: what is remembered. */
  readonly said: string
  /** Added at the end for people; null when nothing needs saying. */
  readonly mark: string | null
  readonly state: DraftAnswer['state']
  readonly outcome: 'answered' | 'stopped' | 'refused' | 'failed'
  readonly error: string | null
  readonly charge: Charge | null
}

/** Has the answer written and says what it came to, also when it was stopped, interrupted, refused or failed. */
export async function writeWhole(
  writing: Writing,
  {
    turn,
    running,
    show,
    lease,
    log,
  }: {
    readonly turn: string
    readonly running: RunningTurn
    readonly show: (delta: string) => void
    readonly lease: AbortSignal
    readonly log: Logger
  },
): Promise<Whole> {
  const shown: string[] = []
  const both = (delta: string): void => {
    shown.push(delta)
    show(delta)
  }
  try {
    const { text, mark, charge } = await writing.write(both, AbortSignal.any([running.enough, lease]))
    running.happen('ended')
    const answered = { state: 'done', outcome: 'answered', error: null } as const
    return { ...answered, shown: shown.join(''), said: text, mark, charge }
  } catch (error) {
    const { text, charge } = await writing.settleUp()
    const soFar = { shown: shown.join(''), said: text, charge }
    const { ending } = running.turn
    if (ending !== null || lease.aborted) {
      const mark = ending === 'suspended' ? suspendedWords : stoppedWords
      return { ...soFar, mark, state: 'stopped', outcome: 'stopped', error: null }
    }
    const outcome = error instanceof Refused ? 'refused' : 'failed'
    running.happen(outcome)
    log.warn({ err: error, outcome }, 'an answer could not be written')
    const mark = failureWords(error, turn)
    return { ...soFar, mark, state: 'failed', outcome, error: mark }
  }
}
