import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Outcome, Part, Platform } from '../ports/platform.ts'
import type { Obstacle } from './delivery.ts'
import { settleDoubt } from './doubt.ts'
import type { Grant, Seat } from './pacer.ts'
import { growingPause } from './pause.ts'
import { type Answer, nextStep, type Step } from './plan.ts'
import type { Stats } from './stats.ts'
import { attempt, SAVE_LIMIT_MS, within } from './within.ts'

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
  readonly privateTo?: string
  readonly signal: AbortSignal
  watch?(stats: Readonly<Stats>): void
}

type Call = Exclude<Step, { kind: 'find' }>

const CALL_LIMIT_MS = 15_000
/** A final text is tried so often; the pauses between add up to 7.5 s. */
const MOST_FAILURES = 5
const LEAST_PAUSE_MS = 500
const MOST_PAUSE_MS = 8_000
/** An edit whose reply was lost may still arrive; it must not come after the next one and undo it. */
const STRAGGLER_MS = 1_750
/** A platform that finds even this too long is not asked again. */
const SHORTEST_LIMIT = 16
export function createCaller(options: CallerOptions): Caller {
  const { platform, place, clock, seat, answer, stats, signal } = options
  const { writer, slots } = answer
  let failures = 0
  let stragglerUntil = 0
  let interrupt = new AbortController()
  signal.addEventListener('abort', () => interrupt.abort(signal.reason), { once: true })

  async function carryOut(step: Step): Promise<Obstacle | null> {
    if (step.kind === 'find') return find(step.index)
    if (step.kind === 'send') await saving(() => slots.intend(step.index))
    const grant = await leaveFor(step)
    if (!grant) return null
    const newest = nextStep(answer)
    if (newest?.kind !== step.kind || newest.index !== step.index) {
      grant.settle(null)
      return null
    }
    const reach = writer.reach(step.index)
    const outcome = await made(newest, grant)
    const obstacle = await conclude(newest, outcome, reach)
    options.watch?.(stats)
    return obstacle
  }

  /** Null when the step may be out of date: the text has become whole meanwhile. */
  async function leaveFor(step: Call): Promise<Grant | null> {
    signal.throwIfAborted()
    interrupt = new AbortController()
    const own = interrupt.signal
    try {
      const pause = failures > 0 ? growingPause(failures, LEAST_PAUSE_MS, MOST_PAUSE_MS) : 0
      const wait = Math.max(pause, Math.ceil(stragglerUntil - clock.elapsed()))
      if (wait > 0) await clock.sleep(wait, own)
      const budgets = platform.budget(place, step.kind === 'send' ? 'send' : 'edit')
      const later = step.rank === 'first' ? { later: platform.budget(place, 'edit') } : {}
      return await seat.take({ rank: step.rank, budgets, ...later }, own)
    } catch (error) {
      signal.throwIfAborted()
      if (own.aborted) return null
      throw error
    }
  }

  async function made(step: Call, grant: Grant): Promise<Outcome> {
    let outcome: Outcome = { kind: 'unknown', cause: new Error('Broken off') }
    try {
      outcome = await attempt({ clock, limit: CALL_LIMIT_MS, signal }, (own) => call(step, own))
      return outcome
    } finally {
      grant.settle(outcome)
    }
  }

  function call(step: Call, own: AbortSignal): Promise<Outcome> {
    const slot = slots.get(step.index)
    if (step.kind === 'send') {
      stats.sends++
      const { privateTo } = options
      const how = { nonce: slots.nonce(step.index), signal: own, ...(privateTo ? { privateTo } : {}) }
      return platform.send(place, step.part, how)
    }
    if (slot.kind !== 'shown') return Promise.resolve({ kind: 'gone' })
    stats.edits++
    return step.kind === 'edit' ? platform.edit(slot.ref, step.part, own) : platform.remove(slot.ref, own)
  }

  async function conclude(step: Call, outcome: Outcome, reach: number): Promise<Obstacle | null> {
    switch (outcome.kind) {
      case 'sent':
        failures = 0
        return step.kind === 'remove' ? removed(step.index) : shown(step, outcome.ref)
      case 'limited':
        stats.limited++
        return null
      case 'too_long':
        return step.kind === 'remove' ? removed(step.index) : shorten(step.index, step.part)
      case 'gone':
        return gone(step)
      case 'forbidden':
        return step.kind === 'remove' ? removed(step.index) : { kind: 'forbidden', why: outcome.why }
      case 'unknown':
        if (step.kind === 'send') slots.set(step.index, { kind: 'doubtful', reach })
        else stragglerUntil = clock.elapsed() + STRAGGLER_MS
        return failed(step, outcome.cause)
      case 'not_sent':
        return failed(step, outcome.cause)
    }
  }

  async function shown(step: Call & { part: Part }, ref: Parameters<Platform['edit']>[0]): Promise<null> {
    stats.firstShownAt ??= clock.now()
    const known = slots.get(step.index)
    const at = known.kind === 'shown' ? known.ref : ref
    slots.set(step.index, { kind: 'shown', ref: at, part: step.part })
    if (step.part.state !== 'writing' && answer.state !== 'writing') stats.finalShownAt = clock.now()
    if (step.kind === 'send') await saving(() => slots.save())
    return null
  }

  async function removed(index: number): Promise<null> {
    slots.set(index, { kind: 'removed' })
    await saving(() => slots.save())
    return null
  }

  /** A deleted message was deleted on purpose: it is not written again. Without its channel nothing can be. */
  async function gone(step: Call): Promise<Obstacle | null> {
    if (step.kind === 'send') return { kind: 'gone' }
    if (step.kind === 'remove') return removed(step.index)
    const slot = slots.get(step.index)
    if (slot.kind === 'shown') slots.set(step.index, { kind: 'gone', ref: slot.ref })
    return null
  }

  function shorten(index: number, part: Part): Obstacle | null {
    const limit = Math.floor(Math.min(platform.limits.message, platform.measure(part.markdown)) * 0.75)
    if (limit < SHORTEST_LIMIT) return { kind: 'too_long' }
    writer.shrink(index, limit)
    return null
  }

  async function failed(step: Call, cause: unknown): Promise<Obstacle | null> {
    failures++
    if (answer.state === 'writing' || failures < MOST_FAILURES) return null
    return step.kind === 'remove' ? removed(step.index) : { kind: 'failed', cause }
  }

  async function find(index: number): Promise<null> {
    await settleDoubt({ platform, place, clock, signal, answer }, index)
    if (slots.get(index).kind === 'shown') {
      failures = 0
      stats.firstShownAt ??= clock.now()
    }
    await saving(() => slots.save())
    return null
  }

  function saving(save: () => Promise<void>): Promise<void> {
    return within({ clock, limit: SAVE_LIMIT_MS, signal }, save)
  }

  function hurry(): void {
    failures = 0
    interrupt.abort()
  }

  return { carryOut, hurry }
}
