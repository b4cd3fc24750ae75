import type { Logger } from 'pino'
import type { Traces, TurnRecorder } from '../observe/traces.ts'
import type { Clock } from '../ports/clock.ts'
import type { Claim } from '../ports/inbox.ts'
import type { MediaFile, Platform } from '../ports/platform.ts'
import type { Delivery } from '../reply/delivery.ts'
import type { Pacer } from '../reply/pacer.ts'
import type { Afterwards } from './afterwards.ts'
import { apartFor, forbiddenAloud } from './apart.ts'
import { createDrafting, type Drafting } from './drafting.ts'
import type { Enclosing } from './enclosing.ts'
import { type EndingDeps, endTurn } from './ending.ts'
import { answerBefore, isOnShelf, keptInstead, keptStanding, standingEnclosures } from './keeping.ts'
import { payerOf } from './payer.ts'
import { fingerprintOf, type Question } from './question.ts'
import type { Refusals } from './refusals.ts'
import type { RunningTurn } from './running.ts'
import { beginShowing, type Showing, shownOrLater } from './showing.ts'
import { type SpokenAlwaysDeps, speakWhereAlways } from './spoken-always.ts'
import { tell } from './telling.ts'
import { unheardLevel } from './unheard.ts'
import { fromDraft, toDraft, type Whole, writeWhole } from './wholeness.ts'
import { failureWords } from './words.ts'
import { createWritings, type WritingsDeps } from './writings.ts'

export interface AnsweringDeps extends WritingsDeps, EndingDeps, SpokenAlwaysDeps {
  readonly enclosing: Enclosing
  readonly clock: Clock
  readonly pacer: Pacer
  readonly traces: Traces
  readonly refusals: Pick<Refusals, 'isFirst'>
  readonly afterwards: Pick<Afterwards, 'begin' | 'withdrawn' | 'rewritten'>
  readonly log: Logger
}

export interface AnsweringPlace {
  readonly claim: Claim
  readonly question: Question
  readonly platform: Platform
  readonly running: RunningTurn
}

interface Work extends AnsweringPlace {
  readonly drafting: Drafting
  readonly delivery: Delivery
  readonly conclude: Showing['conclude']
  readonly tell: Showing['tell']
  readonly trace: TurnRecorder
  readonly log: Logger
}

/** The way of one turn: asks, shows, settles. Returns when the claim is settled or given back. */
export async function answer(deps: AnsweringDeps, at: AnsweringPlace): Promise<void> {
  const { claim, question, running } = at
  const { turn } = question
  const log = deps.log.child({ turn })
  const trace = deps.traces.begin({
    turn,
    ...question.place.conversation,
    asked: question.asked.flatMap(({ ref }) => (ref === null ? [] : [ref.id])),
    attempt: claim.attempt,
    admittedAt: question.admittedAt,
  })
  const drafting = createDrafting(claim, turn, question.parts)
  running.standsIn(drafting.parts.flatMap(({ ref }) => ref ?? []))
  const over = new AbortController()
  const signal = AbortSignal.any([claim.signal, running.silence, over.signal])
  try {
    const { pacer, clock, memory } = deps
    const { delivery, place, tell, conclude } = beginShowing({
      ...at,
      memory,
      pacer,
      clock,
      log,
      drafting,
      trace,
      signal,
    })
    const work = { ...at, drafting, delivery, conclude, tell, trace, log }
    const whole = await wholeOf(deps, work)
    await Promise.all([show(deps, work, whole), whole.charge && deps.ledger.settle(whole.charge)])
    const ended = { ...work, whole, place: place() }
    if (await endTurn(deps, ended)) {
      deps.afterwards.begin({ ...ended, parts: drafting.parts, stats: delivery.stats })
      await speakWhereAlways({ ...deps, log }, ended)
    } else if (running.turn.ending === 'withdrawn') {
      deps.afterwards.withdrawn({ turn, platform: at.platform, asked: question.place, answered: place() })
    }
  } catch (error) {
    trace.end('failed', failureWords(error, turn))
    throw error
  } finally {
    over.abort(new Error('the turn is over'))
  }
}

/** The text that a former try had whole already, or what the model writes now. */
async function wholeOf(deps: AnsweringDeps, work: Work): Promise<Whole> {
  const { claim, question, platform, running, drafting, delivery, tell, trace, log } = work
  const answers = fingerprintOf(question)
  const how = howOf(work)
  const kept = drafting.answer === null ? null : fromDraft(drafting.answer)
  const enclosures = kept?.answers === answers ? await deps.enclosing.open(kept.enclosed ?? [], how) : null
  if (kept && enclosures) {
    delivery.write(kept.shown)
    running.happen('resumed')
    return kept
  }
  // The question was changed between two tries: what the first answer cost is still owed.
  if (kept?.charge) await deps.ledger.settle(kept.charge)
  const attempt = `${question.turn}:${claim.fence}`
  const { turn } = question
  const before = await answerBefore(deps.memory, question)
  const isKept = await isOnShelf(deps.enclosing, before, how)
  // It would take the place of a picture that nobody could show again.
  const preview = (picture: MediaFile): void => {
    if (isKept) delivery.preview(picture)
  }
  const writing = createWritings(deps, { attempt, question, platform, running, trace, tell, preview })
  const show = (delta: string): void => delivery.write(delta)
  const level = (why: string) => unheardLevel(deps.refusals, question, why)
  const attended = {
    turn,
    answers,
    running,
    show,
    signal: claim.signal,
    log,
    ...(question.quiet && { level }),
  }
  const whole = await writeWhole(writing, attended)
  if (question.quiet && whole.outcome !== 'answered') return { ...whole, apart: 'nobody' }
  const apart = apartFor(whole, question, claim, platform, deps.refusals)
  if (apart !== null) return { ...whole, apart }
  const instead = before && keptInstead(before, whole, running.turn.ending === 'stopped')
  if (instead === null) return whole
  delivery.write(instead.shown.slice(instead.saidFrom))
  // It may have gone from the shelf meanwhile.
  return (await isOnShelf(deps.enclosing, before, how)) ? instead : keptStanding(instead, drafting.parts)
}

/** Who pays for what has to be made once more. */
const howOf = ({ question, trace }: Work) => ({
  id: `${question.turn}:again`,
  payer: payerOf(question, trace.bought),
})

/** Step 9's last part. The text is saved beside, so that a crash from here on asks no model again. */
async function show(deps: AnsweringDeps, work: Work, whole: Whole): Promise<void> {
  const { claim, question, running, drafting, delivery, conclude, trace, log } = work
  const isUndone = () =>
    claim.signal.aborted || running.turn.ending === 'restarted' || running.turn.ending === 'withdrawn'
  if (isUndone()) return
  const goesOn = running.turn.ending === 'suspended' || running.turn.ending === 'unshown'
  try {
    if (whole.apart !== undefined) return await showApart(deps, work, whole)
    const saved = goesOn ? null : drafting.saveAnswer(toDraft(whole))
    const enclosures = await deps.enclosing.open(whole.enclosed ?? [], howOf(work))
    if (enclosures === null) throw new Error('what was made for the answer is gone')
    delivery.enclose([...enclosures, ...standingEnclosures(whole)])
    const [delivered] = await Promise.all([conclude(whole), saved])
    const isShown = shownOrLater(delivered)
    if (isShown) trace.mark('finalShown')
    if (question.quiet) noteUnheard(deps, work)
    else if (!isShown) {
      log.warn({ delivered: delivered.kind }, 'the answer has no place any more')
      const apart = forbiddenAloud(whole, delivered, question, work.platform)
      if (apart !== null) await showApart(deps, work, apart)
    }
  } catch (error) {
    // Silenced in the last moment: its new words, or its deletion, decide what happens.
    if (!isUndone()) throw error
  }
}

function noteUnheard({ refusals }: AnsweringDeps, { question, drafting, log }: Work): void {
  if (drafting.parts.some(({ ref, removed }) => ref !== null && !removed)) return
  log[unheardLevel(refusals, question, 'unsendable')]('what was read aloud could not be sent')
}

/** What was begun for an answer ends with the turn: nothing of it was seen. */
async function showApart(
  { pacer, clock }: AnsweringDeps,
  { claim, question, platform, running, drafting, log }: Work,
  whole: Whole,
): Promise<void> {
  const [first] = claim.events
  if (question.quiet) return
  if (whole.apart === 'nobody' || first === undefined) {
    log.info('the same person was refused here a moment ago: nothing is said')
    return
  }
  const answer = toDraft(whole)
  await drafting.saveAnswer(answer)
  const signal = AbortSignal.any([claim.signal, running.silence])
  const words = { markdown: whole.mark ?? '', private: true, answer }
  await tell({ platform, pacer, clock, signal }, claim, first, words)
}
