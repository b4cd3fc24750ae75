import type { Logger } from 'pino'
import { ModelError } from '../ports/failure.ts'
import { TooSlow } from '../within.ts'
import { createFruitless } from './fruitless.ts'
import { type Answered, needsPing, type PingingDeps, ping } from './pinging.ts'
import { Refused } from './refused.ts'
import { createSideline } from './sideline.ts'
import { type Rewritten, type SilencingDeps, silence } from './silencing.ts'
import { needsTitle, retitle, type TitlingDeps } from './titling.ts'
import { tellsOfIt, untitle, type Withdrawn } from './untitling.ts'

/** What may follow an answer once it is settled, or taken back. Nothing of it holds up or fails a turn. */
export interface Afterwards {
  begin(answered: Answered): void
  withdrawn(question: Withdrawn): void
  /** What it said before is not to be heard any more. */
  rewritten(answer: Rewritten): void
  /** Breaks it off. */
  stop(): void
  idle(): Promise<void>
}

export interface AfterwardsDeps
  extends PingingDeps,
    Omit<SilencingDeps, 'memory'>,
    Omit<TitlingDeps, 'fruitless' | 'memory'> {
  /** Milliseconds; null: never. */
  readonly pingAfterMs: number | null
  readonly titles: 'question' | 'model'
  readonly log: Logger
}

const limitMs = 60_000
/** A ping is one call, which waits for its turn behind everything else. */
const pings = { atOnce: 1_000, waiting: 1_000, limitMs }
/** One call, which waits for as long as a platform makes renaming wait (Discord: ten minutes). */
const untitles = { atOnce: 1_000, waiting: 1_000, limitMs: 11 * 60_000 }
/** A few removals, each of which waits for its turn behind everything else. */
const silences = { atOnce: 1_000, waiting: 1_000, limitMs: 10 * 60_000 }
/** A title is a question to the model: few at once, so that the provider's limits stay for the answers. */
const titles = { atOnce: 4, waiting: 100, limitMs }

export function createAfterwards(deps: AfterwardsDeps): Afterwards {
  const { clock, log } = deps
  const fruitless = createFruitless(clock)
  let stopping = false
  const sidelines = {
    ping: createSideline({ ...pings, clock, failed: (error) => noteFailure('ping', error) }),
    title: createSideline({ ...titles, clock, failed: (error) => noteFailure('title', error) }),
    untitle: createSideline({ ...untitles, clock, failed: (error) => noteFailure('untitle', error) }),
    silence: createSideline({ ...silences, clock, failed: (error) => noteFailure('silence', error) }),
  }

  function noteFailure(what: string, error: unknown): void {
    const isNamed = error instanceof Refused || error instanceof ModelError
    const isExpected = isNamed || error instanceof TooSlow || stopping
    // What a server says of an error may quote the question: its kind is enough.
    const why = isNamed ? { kind: error.kind } : { err: error }
    log[isExpected ? 'debug' : 'warn']({ what, ...why }, 'an answer went without')
  }

  /** Beyond the bounds it is left out: the answer itself is shown. */
  const add = (
    what: keyof typeof sidelines,
    { turn }: { readonly turn: string },
    run: (signal: AbortSignal) => Promise<{ readonly kind: string } | null>,
  ): void => {
    const taken = sidelines[what].add(async (signal) => {
      const outcome = await run(signal)
      if (outcome !== null) log.debug({ what, turn, outcome: outcome.kind }, 'something followed an answer')
    })
    if (!taken) log.debug({ what, turn }, 'an answer went without: too much waits')
  }

  return {
    begin(answered) {
      if (needsPing(answered, deps.pingAfterMs))
        add('ping', answered.question, (signal) => ping(deps, answered, signal))
      if (deps.titles === 'model' && needsTitle(answered)) {
        add('title', answered.question, (signal) => retitle({ ...deps, fruitless }, answered, signal))
      }
    },
    withdrawn(question) {
      if (tellsOfIt(question)) add('untitle', question, (signal) => untitle(deps, question, signal))
    },
    rewritten(answer) {
      add('silence', answer, (signal) => silence(deps, answer, signal))
    },
    stop() {
      stopping = true
      for (const sideline of Object.values(sidelines)) sideline.stop()
    },
    async idle() {
      await Promise.all(Object.values(sidelines).map((sideline) => sideline.idle()))
    },
  }
}
