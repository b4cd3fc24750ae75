import type { Clock } from '../ports/clock.ts'
import type { MessageRef, Place } from '../ports/event.ts'
import type { Outcome, Part, Platform, Way } from '../ports/platform.ts'
import { within } from '../within.ts'
import { attempt, SAVE_LIMIT_MS } from './attempt.ts'
import type { Obstacle } from './delivery.ts'
import { settleDoubt } from './doubt.ts'
import type { Growing } from './growing.ts'
import { createLeave } from './leave.ts'
import { growingPause } from './pause.ts'
import { perform } from './perform.ts'
import { type Answer, type Call, isSameCall, nextStep, reachOf, type Step } from './plan.ts'
import type { Grant, Seat } from './seat.ts'
import type { Retired } from './slots.ts'
import type { Stats } from './stats.ts'

/** Makes the calls of one answer, one at a time, and draws the consequences. */
export interface Caller {
  /** Null, or what makes it pointless to go on. */
  carryOut(step: Step): Promise<Obstacle | null>
  /** The text is whole: whoever waits for less, or pauses, looks again. */
  hurry(): void
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
  watch?(stats: Readonly<Stats>): void
}

type Shows = Exclude<Call, { kind: 'remove' }>

const CALL_LIMIT_MS = 15_000
/** A final text is tried so often; the pauses between add up to 7.5 s. */
const MOST_FAILURES = 5
const LEAST_PAUSE_MS = 500
const MOST_PAUSE_MS = 8_000
/** An edit whose reply was lost may still arrive; it must not come after the next one and undo it. */
const STRAGGLER_MS = 1_750
/** Each way is over once at most; what goes on after that is a fault. */
const MOST_TURNS = 3
/** A platform that finds even this too long is not asked again. */
const SHORTEST_LIMIT = 16

export function createCaller(options: CallerOptions): Caller {
  const { platform, clock, answer, stats, growing, signal } = options
  const { writer, slots } = answer
  let failures = 0
  let turns = 0
  let stragglerUntil = 0
  const leave = createLeave(options)

  async function carryOut(step: Step): Promise<Obstacle | null> {
    switch (step.kind) {
      case 'find':
        return find(step.index)
      case 'intend':
        return saved(() => slots.intend(step.index))
      case 'retire':
        return saved(() => slots.retire(step.from))
      default:
        return makeCall(step)
    }
  }

  /** Nothing is awaited between the plan and the wait for leave: `hurry` must meet that wait or come before the plan. */
  async function makeCall(planned: Call): Promise<Obstacle | null> {
    const allowed = await leave.wait(planned, pauseBefore())
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

  function pauseBefore(): number {
    const pause = failures > 0 ? growingPause(failures, LEAST_PAUSE_MS, MOST_PAUSE_MS) : 0
    return Math.max(pause, Math.ceil(stragglerUntil - clock.elapsed()))
  }

  async function made(call: Call, way: Way | null, grant: Grant): Promise<Outcome> {
    let outcome: Outcome = { kind: 'unknown', cause: new Error('Broken off') }
    try {
      outcome = await attempt({ clock, limit: CALL_LIMIT_MS, signal }, (own) =>
        perform({ ...options, slots }, { call, way }, own),
      )
      return outcome
    } finally {
      grant.settle(outcome)
    }
  }

  async function conclude(
    step: Shows,
    outcome: Outcome,
    { way, ...tried }: { readonly reach: number; readonly since: number; readonly way: Way | null },
  ): Promise<Obstacle | null> {
    switch (outcome.kind) {
      case 'sent':
        failures = 0
        turns = 0
        return shown(step, outcome.ref, { reach: tried.reach, way })
      case 'limited':
        stats.limited++
        return null
      case 'too_long':
        return growing.tooLong(step.index) ? null : shorten(step.index, step.part)
      case 'other_way':
        growing.over(step.index)
        turns++
        return turns > MOST_TURNS
          ? failed(new Error('The platform knows no way to change the message'))
          : null
      case 'gone':
        return gone(step)
      case 'out_of_reach':
        return outOfReach(step)
      case 'forbidden':
        return { kind: 'forbidden', why: outcome.why }
      case 'unknown':
        if (step.kind === 'send')
          slots.set(step.index, { kind: 'doubtful', ...tried, markdown: step.part.markdown })
        else stragglerUntil = clock.elapsed() + STRAGGLER_MS
        return failed(outcome.cause)
      case 'not_sent':
        return failed(outcome.cause)
    }
  }

  async function shown(
    step: Shows,
    ref: MessageRef,
    grown: { readonly reach: number; readonly way: Way | null },
  ): Promise<null> {
    stats.firstShownAt ??= clock.now()
    if (step.kind === 'send') stats.lastSentAt = clock.now()
    const known = slots.get(step.index)
    const at = known.kind === 'shown' ? known.ref : ref
    const isSure = !(known.kind === 'intended' && known.again)
    const stream = growing.streamOf(step, known, grown)
    slots.set(step.index, {
      kind: 'shown',
      ref: at,
      part: isSure ? step.part : null,
      ...(stream && { stream }),
    })
    if (isSure && step.part.state !== 'writing' && answer.state !== 'writing')
      stats.finalShownAt = clock.now()
    return step.kind === 'send' ? saved(() => slots.save()) : null
  }

  /** A message that can't be removed is left behind: the answer itself is shown. */
  async function cleared(at: Retired, outcome: Outcome): Promise<null> {
    switch (outcome.kind) {
      case 'limited':
        stats.limited++
        return null
      case 'unknown':
      case 'not_sent':
        if (failed(outcome.cause) === null) return null
        slots.letGo(at, 'left')
        break
      case 'forbidden':
      case 'out_of_reach':
        slots.letGo(at, 'left')
        break
      default:
        failures = 0
        slots.letGo(at, 'removed')
    }
    return saved(() => slots.save())
  }

  /** A deleted message was deleted on purpose: it is not written again. Without its channel nothing can be. */
  function gone(step: Shows): Obstacle | null {
    if (step.kind === 'send') return { kind: 'gone' }
    const slot = slots.get(step.index)
    if (slot.kind === 'shown') slots.set(step.index, { kind: 'gone', ref: slot.ref })
    return null
  }

  /** What a former try wrote is written anew, with all that follows it. What this one wrote is gone, if it isn't found. */
  async function outOfReach(step: Shows): Promise<Obstacle | null> {
    const slot = slots.get(step.index)
    if (slot.kind !== 'shown' || slot.part !== null) return gone(step)
    return saved(() => slots.replace(step.index))
  }

  function shorten(index: number, part: Part): Obstacle | null {
    const limit = Math.floor(Math.min(platform.limits.message, platform.measure(part.markdown)) * 0.75)
    if (limit < SHORTEST_LIMIT) return { kind: 'too_long' }
    writer.shrink(index, limit)
    return null
  }

  function failed(cause: unknown): Obstacle | null {
    failures++
    return answer.state === 'writing' || failures < MOST_FAILURES ? null : { kind: 'failed', cause }
  }

  async function find(index: number): Promise<null> {
    await settleDoubt({ ...options, answer }, index)
    if (slots.get(index).kind === 'shown') {
      failures = 0
      stats.firstShownAt ??= clock.now()
    }
    return saved(() => slots.save())
  }

  async function saved(save: () => Promise<void>): Promise<null> {
    await within({ clock, limit: SAVE_LIMIT_MS, signal }, save)
    return null
  }

  function hurry(): void {
    failures = 0
    leave.interrupt()
  }

  return { carryOut, hurry }
}
