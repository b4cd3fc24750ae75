import type { Logger } from 'pino'
import type { Traces, TurnRecorder } from '../observe/traces.ts'
import type { Clock } from '../ports/clock.ts'
import type { Claim } from '../ports/inbox.ts'
import type { Charge, Ledger } from '../ports/ledger.ts'
import type { Platform } from '../ports/platform.ts'
import { createDelivery, type Delivered, type Delivery } from '../reply/delivery.ts'
import type { Pacer } from '../reply/pacer.ts'
import { keepTyping } from './activity.ts'
import { controlsOf } from './controls.ts'
import { destinationOf } from './destination.ts'
import { createDrafting, type Drafting } from './drafting.ts'
import { nonceOf } from './keys.ts'
import type { Question } from './question.ts'
import type { RunningTurn } from './running.ts'
import { settlementOf } from './settlement.ts'
import { shownOrLater } from './showing.ts'
import { titleOf } from './title.ts'
import { type Whole, writeWhole } from './wholeness.ts'
import { emptyWords, stoppedWords } from './words.ts'
import { createWriting, type WritingDeps } from './writing.ts'

export interface AnsweringDeps extends WritingDeps {
  readonly clock: Clock
  readonly ledger: Ledger
  readonly pacer: Pacer
  readonly traces: Traces
  readonly log: Logger
}

export interface AnsweringPlace {
  readonly claim: Claim
  readonly question: Question
  readonly platform: Platform
  readonly running: RunningTurn
}

/** The way of one turn: asks, shows, settles. Returns when the claim is settled or given back. */
export async function answer(deps: AnsweringDeps, at: AnsweringPlace): Promise<void> {
  const { claim, question, platform, running } = at
  const { turn } = question
  const log = deps.log.child({ turn })
  const trace = deps.traces.begin({
    turn,
    ...question.place.conversation,
    asked: question.asked.flatMap(({ ref }) => (ref === null ? [] : [ref.id])),
    attempt: claim.attempt,
    admittedAt: question.admittedAt,
  })
  const silence = AbortSignal.any([claim.signal, running.silence])
  const drafting = createDrafting(claim, turn, question.parts)
  const { to, open } = destinationOf(platform, question.place, titleOf(question.asked[0]?.text ?? ''))
  const delivery = createDelivery({
    platform,
    place: to,
    pacer: deps.pacer,
    clock: deps.clock,
    nonce: (index) => nonceOf(turn, index),
    draft: drafting.parts,
    saveParts: drafting.saveParts,
    controls: (state) => controlsOf(platform, question.privateTo !== null, state),
    signal: silence,
    watch({ sends, edits, limited, firstShownAt }) {
      if (firstShownAt !== null) trace.mark('firstShown')
      trace.set({ sends, edits, limited })
    },
    ...(question.privateTo === null ? {} : { privateTo: question.privateTo }),
  })
  const busy = new AbortController()
  keepTyping(platform, open, deps.clock, AbortSignal.any([silence, busy.signal]))
  try {
    const whole = await wholeOf(deps, at, { drafting, delivery, trace, log })
    busy.abort()
    const ending = { whole, drafting, delivery, trace, log }
    await show(at, ending)
    await end(deps, at, ending)
  } catch (error) {
    trace.end('failed', error instanceof Error ? error.message : String(error))
    throw error
  } finally {
    busy.abort()
  }
}

interface Work {
  readonly drafting: Drafting
  readonly delivery: Delivery
  readonly trace: TurnRecorder
  readonly log: Logger
}

interface Ending extends Work {
  readonly whole: Whole
}

/** The text that a former try had whole already, or what the model writes now. */
async function wholeOf(
  deps: AnsweringDeps,
  { claim, question, platform, running }: AnsweringPlace,
  { drafting, delivery, trace, log }: Work,
): Promise<Whole> {
  if (drafting.answer !== null) {
    const whole = drafting.answer.rest as Whole
    delivery.write(whole.shown)
    running.happen('resumed')
    return whole
  }
  const attempt = `${question.turn}:${claim.fence}`
  const writing = createWriting(deps, { attempt, question, platform, running, trace })
  return writeWhole(writing, {
    turn: question.turn,
    running,
    show: (delta) => delivery.write(delta),
    lease: AbortSignal.any([claim.signal, hopeless(delivery)]),
    log,
  })
}

/** Aborts when the platform can't show the answer at all: the model need not go on. */
function hopeless(delivery: Delivery): AbortSignal {
  const nowhere = new AbortController()
  delivery.delivered.then(
    (delivered) => {
      if (delivered.kind === 'given_up') nowhere.abort(new Error(`no place for it: ${delivered.why.kind}`))
    },
    (error: unknown) => nowhere.abort(error),
  )
  return nowhere.signal
}

/** Step 9's last part: the text stays as it is now. Its draft is saved beside, so that a crash asks no model again. */
async function show(
  { claim, running }: AnsweringPlace,
  { whole, drafting, delivery, trace, log }: Ending,
): Promise<void> {
  if (claim.signal.aborted || isUndone(running)) return
  const { shown, state } = whole
  const saved =
    running.turn.ending === 'suspended' ? null : drafting.saveAnswer({ text: shown, state, rest: whole })
  try {
    const [delivered] = await Promise.all([conclude(delivery, whole), saved])
    if (shownOrLater(delivered)) trace.mark('finalShown')
    else log.warn({ delivered: delivered.kind }, 'the answer has no place any more')
  } catch (error) {
    // Silenced in the last moment: its new words, or its deletion, decide what happens.
    if (!claim.signal.aborted && !isUndone(running)) throw error
  }
}

function conclude(delivery: Delivery, { state, mark }: Whole): Promise<Delivered> {
  switch (state) {
    case 'done':
      return mark === null ? delivery.finish() : delivery.finish(mark)
    case 'stopped':
      return delivery.stop(mark ?? stoppedWords)
    case 'failed':
      return delivery.fail(mark ?? emptyWords)
  }
}

/** Step 10: what the turn's ending means for its claim. */
async function end(
  deps: AnsweringDeps,
  { claim, question, platform, running }: AnsweringPlace,
  { whole, drafting, trace }: Ending,
): Promise<void> {
  const book = async (charge: Charge | null) => {
    if (charge !== null) await deps.ledger.settle(charge)
  }
  if (claim.signal.aborted) {
    await book(whole.charge)
    claim.signal.throwIfAborted()
  }
  running.happen('shown')
  switch (running.turn.ending) {
    case 'restarted':
    case 'suspended': {
      await book(whole.charge)
      await drafting.forgetAnswer()
      await claim.release()
      return trace.end(running.turn.ending)
    }
    case 'withdrawn': {
      for (const { ref } of drafting.parts) if (ref !== null) await platform.remove(ref, claim.signal)
      if (question.again !== null) await deps.memory.dropTurn(question.conversation, question.again)
      await claim.settle({ entries: [], charge: whole.charge })
      return trace.end('withdrawn')
    }
    default: {
      const { said, charge } = whole
      const remembered = { said, charge, parts: drafting.parts, at: deps.clock.now() }
      await claim.settle(await settlementOf(deps.memory, question, remembered))
      running.happen('settled')
      return trace.end(whole.outcome, whole.error)
    }
  }
}

/** The question changed or is gone: nothing of this try is shown any more. */
const isUndone = (running: RunningTurn): boolean =>
  running.turn.ending === 'restarted' || running.turn.ending === 'withdrawn'
