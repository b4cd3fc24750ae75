import type { Clock } from '../ports/clock.ts'
import type { MessageRef } from '../ports/event.ts'
import type { Outcome } from '../ports/outcome.ts'
import type { Part, Platform, Way } from '../ports/platform.ts'
import type { Obstacle } from './delivered.ts'
import { loseAll } from './doubt.ts'
import type { Growing } from './growing.ts'
import type { Answer, Shows } from './plan.ts'
import type { Retired } from './slots.ts'
import type { Stats } from './stats.ts'
import type { Tries } from './tries.ts'
import { concludeUnsendable } from './unsendable.ts'

/** What follows from what became of a call: null, or what makes it pointless to go on. */
export interface Consequences {
  conclude(step: Shows, outcome: Outcome, tried: Tried): Promise<Obstacle | null>
  /** A message that can't be removed is left behind: the answer itself is shown. */
  cleared(at: Retired, outcome: Outcome): Promise<Obstacle | null>
}

interface Tried {
  /** How much of the text it was to show, to its end. */
  readonly reach: number
  /** When it began: milliseconds since the epoch. */
  readonly since: number
  readonly way: Way | null
}

interface ConsequencesOptions {
  readonly platform: Platform
  readonly clock: Clock
  readonly answer: Answer
  readonly stats: Stats
  readonly growing: Growing
  readonly tries: Tries
  readonly signal: AbortSignal
  /** From now on messages are shown once they are whole: none can be changed. */
  unchanging(): void
  /** From now on nothing carries a file: the whole text goes in messages. */
  withoutFiles(): void
  /** Makes durable what `save` does. */
  saved(save: () => Promise<void>): Promise<null>
}

/** A platform that finds even this too long is not asked again. */
const SHORTEST_LIMIT = 16

const GOES_ON = '*The message above can’t be changed any more. The answer goes on here.*'

export function createConsequences(options: ConsequencesOptions): Consequences {
  const { platform, clock, answer, stats, growing, tries, saved } = options
  const { writer, slots, enclosed } = answer

  async function conclude(step: Shows, outcome: Outcome, { way, ...tried }: Tried): Promise<Obstacle | null> {
    if (step.mark)
      switch (outcome.kind) {
        case 'no_file':
        case 'no_voice':
        case 'too_long':
        case 'fixed':
        case 'out_of_reach':
          return concludeUnsendable({ ...options, slots, enclosed }, step, outcome)
      }
    switch (outcome.kind) {
      case 'sent':
        tries.succeeded()
        return shown(step, outcome.ref, { reach: tried.reach, way })
      case 'limited':
        stats.limited++
        return null
      case 'too_long':
        return growing.tooLong(step.index) ? null : shorten(step.index, step.part)
      case 'other_way':
        growing.over(step.index)
        return tries.turned()
      case 'gone':
        return gone(step)
      case 'out_of_reach':
        return outOfReach(step)
      case 'fixed':
        return fixed(step)
      case 'no_file':
        if (!step.part.file) return { kind: 'forbidden', why: outcome.why }
        options.withoutFiles()
        return null
      case 'no_voice':
      case 'forbidden':
        return { kind: 'forbidden', why: outcome.why }
      case 'unknown':
        if (step.kind === 'send')
          slots.set(step.index, {
            kind: 'doubtful',
            ...tried,
            ...(step.mark === null && { markdown: step.part.markdown }),
          })
        else tries.straggles()
        return tries.failed(outcome.cause)
      case 'not_sent':
        return tries.failed(outcome.cause)
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
    // What is finished has to be known for it: later tries leave it as it is.
    const isFinished = step.part.state !== 'writing' && slots.file(step.index)?.id !== step.mark?.id
    if (isSure) slots.carries(step.index, step.mark)
    const stream = growing.streamOf(step, known, grown)
    slots.set(step.index, {
      kind: 'shown',
      ref: at,
      part: isSure ? step.part : null,
      ...(isSure && { reach: grown.reach }),
      ...(stream && { stream }),
    })
    if (isSure && step.part.state !== 'writing' && answer.state !== 'writing')
      stats.finalShownAt = clock.now()
    return step.kind === 'send' || isFinished ? saved(() => slots.save()) : null
  }

  async function cleared(at: Retired, outcome: Outcome): Promise<null> {
    switch (outcome.kind) {
      case 'limited':
        stats.limited++
        return null
      case 'unknown':
      case 'not_sent':
        if (tries.failed(outcome.cause) === null) return null
        slots.letGo(at, 'left')
        break
      case 'forbidden':
      case 'out_of_reach':
      case 'fixed':
        slots.letGo(at, 'left')
        break
      default:
        tries.succeeded()
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

  /**
   * The message ends at what it shows, and the rest comes once it is whole, for what is posted now can't grow either.
   * What a former try wrote, nobody knows.
   */
  async function fixed(step: Shows): Promise<Obstacle | null> {
    const slot = slots.get(step.index)
    if (slot.kind !== 'shown') return gone(step)
    if (slot.reach === undefined) {
      if (answer.ways.length > 0) return saved(() => slots.replace(step.index))
      loseAll(answer, step.index)
      return saved(() => slots.save())
    }
    options.unchanging()
    growing.over(step.index)
    slots.set(step.index, { ...slot, fixed: true })
    const isAll = answer.state !== 'writing' && writer.text().length <= slot.reach && writer.mark() === ''
    writer.sever(step.index, slot.reach, isAll ? '' : GOES_ON)
    return null
  }

  function shorten(index: number, part: Part): Obstacle | null {
    const limit = Math.floor(Math.min(platform.limits.message, platform.measure(part.markdown)) * 0.75)
    if (limit < SHORTEST_LIMIT) return { kind: 'too_long' }
    writer.shrink(index, limit)
    return null
  }

  return { conclude, cleared }
}
