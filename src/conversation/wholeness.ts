import type { Logger } from 'pino'
import type { FileRef } from '../ports/event.ts'
import { ModelError } from '../ports/failure.ts'
import type { DraftAnswer } from '../ports/inbox.ts'
import type { Charge } from '../ports/ledger.ts'
import type { Apart } from './apart.ts'
import type { Enclosed } from './enclosing.ts'
import type { AskedFiles } from './preparing.ts'
import { Refused } from './refused.ts'
import type { RunningTurn } from './running.ts'
import { failureWords, stoppedWords, suspendedWords } from './words.ts'
import type { Writing, Written } from './writing.ts'

/** The text as it will stay. Kept in the draft, so that a crash from here on asks no model again. */
export interface Whole {
  /** What is shown: what was said for people before the model's words, and these. */
  readonly shown: string
  /** Where in it the model's own words begin: what is remembered. */
  readonly saidFrom: number
  /** Added at the end for people; null when nothing needs saying. */
  readonly mark: string | null
  readonly state: DraftAnswer['state']
  readonly outcome: 'answered' | 'stopped' | 'refused' | 'failed'
  /** Written again it would be the same: no buttons. Absent = false. */
  readonly isFinal?: boolean
  /** For people; null when it went well. */
  readonly error: string | null
  readonly charge: Charge | null
  /** Why it was refused. */
  readonly refusal?: Refused['kind']
  /** Who is to see it; absent = all. */
  readonly apart?: Apart
  /** Sounds and pictures that go with it; absent = none. */
  readonly enclosed?: readonly Enclosed[]
  /** Pictures of an answer that is kept, by their keys: their messages are left alone. `words` go below them. */
  readonly standing?: { readonly keys: readonly string[]; readonly words: string }
  /** What is remembered of them; absent = nothing. */
  readonly files?: readonly FileRef[]
  /** What became of the question's files; absent = they were not read. */
  readonly asked?: AskedFiles
  /** It could not be written again, and stays as it was. Absent = false. */
  readonly isAsBefore?: boolean
  /** What it answers (`fingerprintOf`): changed or deleted words want another answer. */
  readonly answers: string
}

export const saidIn = ({ shown, saidFrom }: Whole): string => shown.slice(saidFrom)

export interface Try {
  readonly turn: string
  readonly answers: string
  readonly running: RunningTurn
  readonly show: (delta: string) => void
  /** Ends the try without an ending of its own: the lease is lost. */
  readonly signal: AbortSignal
  readonly log: Logger
  /** How loudly the log tells of a failure of this kind. Absent = aloud, each time. */
  level?(kind: string): 'warn' | 'debug'
}

/** Has the answer written and says what it came to, also when it was stopped, interrupted, refused or failed. */
export async function writeWhole(
  writing: Writing,
  { turn, answers, running, show, signal, log, level }: Try,
): Promise<Whole> {
  const shown: string[] = []
  const both = (delta: string): void => {
    shown.push(delta)
    show(delta)
  }
  const soFar = ({ text, charge, asked }: Pick<Written, 'text' | 'charge' | 'asked'>) => {
    const all = shown.join('')
    return { shown: all, saidFrom: all.length - text.length, charge, answers, ...(asked && { asked }) }
  }
  try {
    const written = await writing.write(both, AbortSignal.any([running.enough, signal]))
    const { mark, isFinal = false, enclosed = [], files = [] } = written
    const all = soFar(written)
    return { ...all, mark, state: 'done', outcome: 'answered', error: null, isFinal, enclosed, files }
  } catch (error) {
    const written = soFar(await writing.settleUp())
    const { ending } = running.turn
    if (ending !== null || signal.aborted) {
      const mark = ending === 'suspended' ? suspendedWords : stoppedWords
      return { ...written, mark, state: 'stopped', outcome: 'stopped', error: null }
    }
    const outcome = error instanceof Refused ? 'refused' : 'failed'
    running.happen(outcome)
    const mark = failureWords(error, turn)
    if (error instanceof Refused) {
      log[level?.(error.kind) ?? 'info']({ outcome, kind: error.kind }, 'a question was refused')
      return { ...written, mark, state: 'failed', outcome, error: mark, refusal: error.kind }
    }
    const { kind, status, server, requestId } = error instanceof ModelError ? error : { ...unknown }
    log[level?.(kind) ?? 'warn'](
      { outcome, kind, status, server, requestId },
      'an answer could not be written',
    )
    // What a server says of an error may quote the question.
    log.debug({ err: error }, 'why an answer could not be written')
    // Where the account is empty, trying again spends patience only.
    return { ...written, mark, state: 'failed', outcome, error: mark, isFinal: kind === 'quota' }
  }
}

const unknown = { kind: 'internal', status: null, server: null, requestId: null }

/** The whole text as the draft keeps it: once. */
export function toDraft({ shown, state, ...rest }: Whole): DraftAnswer {
  return { text: shown, state, rest }
}

export function fromDraft({ text, state, rest }: DraftAnswer): Whole {
  return { shown: text, state, ...(rest as Omit<Whole, 'shown' | 'state'>) }
}
