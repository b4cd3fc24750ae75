import type { PacedModel } from './paced-model.ts'
import { median, type Row } from './row.ts'
import type { Sight } from './seen.ts'

/** People who ask the bot, and when. */
export interface Crowd {
  readonly name: string
  readonly people: number
  /** Milliseconds over which they come; 0 = all at once. */
  readonly overMs: number
  /** All in one channel instead of one each. */
  readonly oneChannel: boolean
  /** Answers that the process has given before, all at once: V8 compiles what is called often. At least one. */
  readonly before: number
}

/** Milliseconds, a number for each answer. */
export interface Load {
  readonly mentionToModel: readonly number[]
  readonly firstToken: readonly number[]
  readonly lastToken: readonly number[]
  readonly mentionToFinal: readonly number[]
  /** The longest time that a shown, unfinished text stood still. */
  readonly stoodStill: readonly number[]
  readonly calls: number
  readonly refused: number
  readonly cpuMs: number
  readonly peakMb: number
}

/** What each answer's times are. */
export function timesOf(
  askedAt: readonly number[],
  model: Pick<PacedModel, 'written'>,
  sight: Pick<Sight, 'of'>,
): Pick<Load, 'mentionToModel' | 'firstToken' | 'lastToken' | 'mentionToFinal' | 'stoodStill'> {
  const each = <T>(of: (index: number) => T): T[] => askedAt.map((_, index) => of(index))
  const wrote = (index: number) => model.written.get(index) ?? { askedAt: 0, firstAt: 0, lastAt: 0 }
  return {
    mentionToModel: each((index) => wrote(index).askedAt - (askedAt[index] ?? 0)),
    firstToken: each((index) => sight.of(index).firstAt - wrote(index).firstAt),
    lastToken: each((index) => sight.of(index).wholeAt - wrote(index).lastAt),
    mentionToFinal: each((index) => sight.of(index).wholeAt - (askedAt[index] ?? 0)),
    stoodStill: each((index) => sight.of(index).stoodStillMs),
  }
}

/** The most that is aimed at, where anything is. */
export interface Aims {
  readonly firstText?: number
  readonly finalText?: number
  /** Everybody's final text against the bound. */
  readonly bound?: number
  readonly cpu?: number
  readonly peak?: number
}

/** `bound`: when a scheduler that knew everything could show everybody the whole text, ms after they all asked; null where they come one by one. */
export function rowsOf(
  bench: string,
  { name, before }: Crowd,
  load: Load,
  { bound, aims }: { readonly bound: number | null; readonly aims: Aims },
): Row[] {
  const row = (what: string, value: number, unit: string, most?: number): Row => ({
    bench,
    what: `${name}: ${what}`,
    value,
    unit,
    ...(most === undefined ? {} : { aim: `< ${most}`, met: value < most }),
  })
  const last = Math.max(...load.mentionToFinal)
  return [
    row('mention to model request, p50', median(load.mentionToModel), 'ms'),
    row('mention to model request, p95', p95(load.mentionToModel), 'ms'),
    row('first token to first text, p50', median(load.firstToken), 'ms'),
    row('first token to first text, p95', p95(load.firstToken), 'ms', aims.firstText),
    row('last token to final text, p50', median(load.lastToken), 'ms'),
    row('last token to final text, p95', p95(load.lastToken), 'ms', aims.finalText),
    row('mention to everybody’s final text', last, 'ms'),
    ...(bound === null
      ? []
      : [
          row('the bound of that', bound, 'ms'),
          row('everybody’s final text against the bound', last / bound, '×', aims.bound),
        ]),
    row('longest time that a shown text stood still, p95', p95(load.stoodStill), 'ms'),
    row('calls an answer', load.calls, ''),
    { ...row('requests refused (429)', load.refused, ''), aim: '0', met: load.refused === 0 },
    row(`CPU an answer, after ${before} others`, load.cpuMs, 'ms', aims.cpu),
    row('peak memory', load.peakMb, 'MB', aims.peak),
  ]
}

export const p95 = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[Math.ceil(numbers.length * 0.95) - 1] ?? Number.NaN
