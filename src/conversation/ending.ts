import type { Logger } from 'pino'
import type { TurnRecorder } from '../observe/traces.ts'
import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Claim, DraftPart, Settlement } from '../ports/inbox.ts'
import type { Ledger } from '../ports/ledger.ts'
import type { Platform } from '../ports/platform.ts'
import type { Pacer } from '../reply/pacer.ts'
import { removeAll } from '../reply/removal.ts'
import type { Turnstile } from '../turnstile.ts'
import type { Afterwards } from './afterwards.ts'
import type { Drafting } from './drafting.ts'
import { keysTakenBack } from './heard-keys.ts'
import type { Memory } from './memory.ts'
import { noteAloud } from './noting-aloud.ts'
import type { Question } from './question.ts'
import type { Running, RunningTurn } from './running.ts'
import { settlementOf } from './settlement.ts'
import { saidIn, type Whole } from './wholeness.ts'

export interface EndingDeps {
  readonly memory: Memory
  readonly ledger: Ledger
  readonly clock: Clock
  readonly pacer: Pacer
  /** Changes of one conversation's memory read and write it: one after the other. */
  readonly inTurn: Turnstile
  readonly running: Pick<Running, 'speeches'>
  readonly afterwards: Pick<Afterwards, 'rewritten'>
}

/** Whoever corrects a message often does so twice within a moment: each time the model would be asked anew. */
const secondThoughtsMs = 400

export interface Ended {
  readonly claim: Claim
  readonly question: Question
  readonly platform: Platform
  readonly running: RunningTurn
  readonly drafting: Drafting
  readonly trace: TurnRecorder
  readonly whole: Whole
  /** Where the answer stands. */
  readonly place: Place
  readonly log: Logger
}

/**
 * Step 10 of a message's way: what the turn's ending means for its claim. What it cost is booked already. True when the
 * answer stands and is remembered.
 */
export async function endTurn(deps: EndingDeps, at: Ended): Promise<boolean> {
  const { claim, running, drafting, trace, whole } = at
  claim.signal.throwIfAborted()
  // Until then other words, or a deletion, still join this turn.
  if (running.turn.ending === 'restarted') await deps.clock.sleep(secondThoughtsMs, claim.signal)
  running.happen('shown')
  const { ending } = running.turn
  switch (ending) {
    case 'restarted':
    case 'suspended':
      await drafting.forgetAnswer()
      await claim.release()
      trace.end(ending)
      return false
    case 'withdrawn':
      await withdraw(deps, at)
      return false
    case 'unshown':
      await settle(deps, at)
      trace.end('failed', 'There is no place for the answer any more.')
      return false
    default: {
      const stands = await settle(deps, at)
      if (stands) trace.end(whole.outcome, whole.error)
      else trace.end('withdrawn')
      return stands
    }
  }
}

/** False when the question was deleted while its answer was being committed, or spoken: then both are gone. */
async function settle(deps: EndingDeps, at: Ended): Promise<boolean> {
  const { claim, question, running, drafting, whole } = at
  const remembered = {
    said: running.turn.ending === 'unshown' ? '' : saidIn(whole),
    files: running.turn.ending === 'unshown' ? [] : (whole.files ?? []),
    ...(whole.asked && { asked: whole.asked }),
    state: whole.state,
    // What one person alone was told can't become an answer.
    parts: whole.apart === undefined ? drafting.parts : [],
    place: at.place,
    at: deps.clock.now(),
    charge: whole.charge,
    ...(whole.isAsBefore && { isAsBefore: true }),
  }
  const isAnew = question.again !== null && !whole.isAsBefore
  const kept = await deps.inTurn(question.conversation, async () => {
    const settlement = await settlementOf(deps.memory, question, remembered)
    const stands = settlement !== null && (await noteAloud(deps.memory, question, remembered.parts))
    if (!stands) await takeBack(deps, at)
    // What reads the answer that was before is heard by nobody any more.
    else if (isAnew && question.again) deps.running.speeches.end(question.conversation, question.again)
    await claim.settle(stands ? settlement : takenBack(at))
    return stands
  })
  running.happen('settled')
  const answer = drafting.parts.find(({ ref, removed }) => ref !== null && !removed)?.ref
  if (kept && isAnew && answer) deps.afterwards.rewritten({ ...question, ...at, answer })
  return kept
}

/** The question was deleted: what is shown goes, and what is remembered of the exchange. */
async function withdraw(deps: EndingDeps, at: Ended): Promise<void> {
  const { claim, question, trace } = at
  await takeBack(deps, at)
  if (question.again !== null) await deps.memory.dropTurn(question.conversation, question.again)
  await claim.settle(takenBack(at))
  trace.end('withdrawn')
}

const takeBack = (deps: EndingDeps, at: Ended): Promise<void> => remove(deps, at, at.drafting.parts)

const remove = (
  { pacer, clock }: EndingDeps,
  { claim, place, platform }: Ended,
  parts: readonly DraftPart[],
): Promise<void> =>
  removeAll(parts, {
    platform,
    place: { ...place, root: null },
    pacer,
    clock,
    signal: claim.signal,
  })

/** Nothing leads to it any more. */
const takenBack = ({ question, drafting, whole }: Ended): Settlement => ({
  entries: [],
  drop: keysTakenBack(question.conversation, drafting.parts, question.asked),
  charge: whole.charge,
})
