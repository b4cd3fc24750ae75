import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Outcome } from '../ports/outcome.ts'
import type { Platform, Way } from '../ports/platform.ts'
import { within } from '../within.ts'
import { attempt, SAVE_LIMIT_MS } from './attempt.ts'
import { createConsequences } from './consequences.ts'
import type { Obstacle } from './delivered.ts'
import { settleDoubt } from './doubt.ts'
import type { Growing } from './growing.ts'
import { reachOf } from './layout.ts'
import { createLeave } from './leave.ts'
import { perform } from './perform.ts'
import { type Answer, type Call, isSameCall, nextStep, type Step } from './plan.ts'
import type { Grant, Seat } from './seat.ts'
import type { Stats } from './stats.ts'
import { createTries } from './tries.ts'

/** Makes the calls of one answer, one at a time, and draws the consequences. */
export interface Caller {
  /** Null, or what makes it pointless to go on. */
  carryOut(step: Step): Promise<Obstacle | null>
  /** The text is whole: whoever waits for less, or pauses, looks again. */
  hurry(): void
  /** So much more text was written. A preview that waits is given up when its message is full by now: the next may begin. */
  grown(length: number): void
}

interface CallerOptions {
  readonly platform: Platform
  readonly place: Place
  readonly clock: Clock
  readonly seat: Seat
  readonly answer: Answer
  readonly stats: Stats
  readonly growing: Growing
  readonly privateTo?: string
  readonly signal: AbortSignal
  /** From now on messages are shown once they are whole: none can be changed. */
  unchanging(): void
  /** From now on nothing carries a file: the whole text goes in messages. */
  withoutFiles(): void
  watch?(stats: Readonly<Stats>): void
}

const CALL_LIMIT_MS = 15_000
/** A file's bytes may go over a slow line. */
const FILE_LIMIT_MS = 90_000
/** A waiting preview is looked at again after so much more text: planning for each delta would cost too much. */
const GLANCE = 256

export function createCaller(options: CallerOptions): Caller {
  const { clock, answer, stats, growing, signal } = options
  const { slots } = answer
  let waiting: Call | null = null
  let unseen = 0
  const leave = createLeave(options)
  const tries = createTries(clock, answer)
  const { conclude, cleared } = createConsequences({ ...options, tries, saved })

  async function carryOut(step: Step): Promise<Obstacle | null> {
    switch (step.kind) {
      case 'find':
        return find(step.index)
      case 'intend':
        return saved(() => slots.intend(step.index, step.mark))
      case 'replace':
        return saved(() => slots.replace(step.from))
      case 'retire':
        return saved(() => slots.retire(step.from))
      default:
        return makeCall(step)
    }
  }

  /** Nothing is awaited between the plan and the wait for leave: `hurry` must meet that wait or come before the plan. */
  async function makeCall(planned: Call): Promise<Obstacle | null> {
    waiting = planned
    const allowed = await leave.wait(planned, tries.pauseMs())
    waiting = null
    if (!allowed) return null
    const { grant, way } = allowed
    const newest = nextStep(answer)
    if (!isSameCall(planned, newest) || isOtherCall(planned, newest)) {
      grant.settle(null)
      return null
    }
    const reach = newest.kind === 'remove' ? 0 : reachOf(answer, newest.index)
    const at = clock.now()
    if (newest.kind !== 'remove') growing.extend(newest, way, reach)
    const outcome = await made(newest, way, grant)
    const obstacle =
      newest.kind === 'remove'
        ? await cleared(newest.at, outcome)
        : await conclude(newest, outcome, { reach, since: at, way })
    options.watch?.(stats)
    return obstacle
  }

  /** A message that is full by now begins no stream any more, and ending one spends something else than adding to it. */
  function isOtherCall(planned: Call, newest: Call): boolean {
    if (newest.kind === 'remove' || planned.kind === 'remove') return false
    return answer.ways.includes('stream') && newest.part.state !== planned.part.state
  }

  async function made(call: Call, way: Way | null, grant: Grant): Promise<Outcome> {
    let outcome: Outcome = { kind: 'unknown', cause: new Error('Broken off') }
    try {
      const limit = call.kind !== 'remove' && call.mark ? FILE_LIMIT_MS : CALL_LIMIT_MS
      outcome = await attempt({ clock, limit, signal }, (own) =>
        perform({ ...options, slots }, { call, way }, own),
      )
      return outcome
    } finally {
      grant.settle(outcome)
    }
  }

  async function find(index: number): Promise<null> {
    await settleDoubt({ ...options, answer }, index)
    if (slots.get(index).kind === 'shown') {
      tries.anew()
      stats.firstShownAt ??= clock.now()
    }
    return saved(() => slots.save())
  }

  async function saved(save: () => Promise<void>): Promise<null> {
    await within({ clock, limit: SAVE_LIMIT_MS, signal }, save)
    return null
  }

  function hurry(): void {
    tries.anew()
    leave.interrupt()
  }

  function grown(length: number): void {
    unseen += length
    if (!waiting || waiting.kind === 'remove' || unseen < GLANCE) return
    unseen = 0
    const newest = nextStep(answer)
    if (!isSameCall(waiting, newest) || newest.kind === 'remove' || newest.part.state !== waiting.part.state)
      leave.interrupt()
  }

  return { carryOut, hurry, grown }
}
