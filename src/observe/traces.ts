import type { Clock } from '../ports/clock.ts'
import type { Log } from './log.ts'
import type { Metrics } from './metrics.ts'
import type { TraceFeed, TurnTrace } from './trace.ts'
import { turnLine } from './turn-line.ts'

export interface Traces {
  readonly feed: TraceFeed
  begin(turn: TurnBegun): TurnRecorder
}

export type TurnBegun = Pick<
  TurnTrace,
  'turn' | 'platform' | 'workspace' | 'channel' | 'thread' | 'admittedAt'
> &
  Partial<Pick<TurnTrace, 'asked' | 'attempt' | 'state' | 'model'>>

export type Moment = 'modelCalled' | 'firstToken' | 'firstShown' | 'lastToken' | 'finalShown'

export type TurnChange = Partial<
  Pick<
    TurnTrace,
    | 'asked'
    | 'state'
    | 'model'
    | 'sends'
    | 'edits'
    | 'limited'
    | 'inputTokens'
    | 'cachedTokens'
    | 'outputTokens'
    | 'costUsd'
    | 'requestId'
  >
>

/** One turn's notebook. After `end` nothing is taken in any more. */
export interface TurnRecorder {
  /** Notes the time. The first of a kind counts, except `lastToken` and `finalShown`, where the last does. */
  mark(moment: Moment): void
  /** `costUsd`: of the answer itself. */
  set(change: TurnChange): void
  /** Something was bought for it besides: nano-dollars. */
  bought(amount: number): void
  end(outcome: NonNullable<TurnTrace['outcome']>, error?: string | null): void
  readonly trace: TurnTrace
}

/** Five states a second are as many as a person can follow. */
const spacingMs = 200

/** Records turns: listeners get the states, the log one line and the metrics one record when a turn ends. */
export function createTraces({
  clock,
  log,
  metrics,
}: {
  clock: Clock
  log: Pick<Log, 'info' | 'warn' | 'debug'>
  metrics: Pick<Metrics, 'turnEnded'>
}): Traces {
  const listeners = new Set<(trace: TurnTrace) => void>()

  function deliver(trace: TurnTrace): void {
    for (const listener of listeners)
      try {
        listener(trace)
      } catch (error) {
        log.warn({ err: error, turn: trace.turn }, 'a listener of the trace failed')
      }
  }

  return {
    feed: {
      subscribe(listener) {
        // A wrapper of its own, so that the same function may listen twice.
        const own = (trace: TurnTrace) => listener(trace)
        listeners.add(own)
        return () => listeners.delete(own)
      },
    },
    begin: (begun) =>
      record(begun, clock, {
        changed: throttled(clock, deliver),
        ended(trace) {
          log.info(turnLine(trace), 'turn ended')
          if (trace.error !== null) log.debug({ turn: trace.turn, why: trace.error }, 'why a turn ended')
          metrics.turnEnded(trace)
        },
      }),
  }
}

interface Recorded {
  changed(trace: TurnTrace, last: boolean): void
  ended(trace: TurnTrace): void
}

function record(begun: TurnBegun, clock: Clock, to: Recorded): TurnRecorder {
  const start = { wall: clock.now(), elapsed: clock.elapsed() }
  // Wall times that only grow, however the machine's clock jumps during the turn.
  const now = () => Math.round(start.wall + clock.elapsed() - start.elapsed)
  let trace: TurnTrace = { ...blank, ...begun, claimedAt: start.wall }
  function change(next: Partial<TurnTrace>): void {
    if (trace.outcome !== null) return
    trace = { ...trace, ...next }
    to.changed(trace, trace.outcome !== null)
    if (trace.outcome !== null) to.ended(trace)
  }
  to.changed(trace, false)
  let answerUsd = trace.costUsd
  return {
    get trace() {
      return trace
    },
    set({ costUsd = answerUsd, ...more }) {
      answerUsd = costUsd
      change({ ...more, costUsd: costUsd + (trace.boughtUsd ?? 0) })
    },
    bought(amount) {
      const boughtUsd = (trace.boughtUsd ?? 0) + amount / 1e9
      change({ boughtUsd, costUsd: answerUsd + boughtUsd })
    },
    mark(moment) {
      const field = `${moment}At` as const
      const repeats = moment === 'lastToken' || moment === 'finalShown'
      if (repeats || trace[field] === null) change({ [field]: now() })
    },
    end: (outcome, error = null) => change({ outcome, error, state: 'ended' }),
  }
}

const blank = {
  asked: [],
  attempt: 1,
  state: 'claimed',
  model: null,
  modelCalledAt: null,
  firstTokenAt: null,
  firstShownAt: null,
  lastTokenAt: null,
  finalShownAt: null,
  sends: 0,
  edits: 0,
  limited: 0,
  inputTokens: 0,
  cachedTokens: 0,
  outputTokens: 0,
  costUsd: 0,
  outcome: null,
  error: null,
  requestId: null,
} satisfies Partial<TurnTrace>

/** One for all: an abort without a reason makes one, with a stack, each time. */
const TOLD = new Error('The last state was told')

/** Hands on the first state at once, then the newest every `spacingMs`; the last is never left out. */
function throttled(clock: Clock, deliver: (trace: TurnTrace) => void): Recorded['changed'] {
  let newest: TurnTrace | null = null
  let timer: AbortController | null = null
  function flush(): void {
    if (newest === null) return
    const trace = newest
    newest = null
    deliver(trace)
    rest()
  }
  function rest(): void {
    const own = new AbortController()
    timer = own
    clock.sleep(spacingMs, own.signal).then(
      () => {
        timer = null
        flush()
      },
      // Cut short by the turn's end, which delivered everything.
      () => undefined,
    )
  }
  return (trace, last) => {
    newest = trace
    if (last) {
      newest = null
      timer?.abort(TOLD)
      timer = null
      deliver(trace)
    } else if (timer === null) flush()
  }
}
