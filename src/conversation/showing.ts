import type { Logger } from 'pino'
import type { TurnRecorder } from '../observe/traces.ts'
import type { Clock } from '../ports/clock.ts'
import type { MessageRef, Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'
import type { Delivered, Obstacle } from '../reply/delivered.ts'
import { createDelivery, type Delivery } from '../reply/delivery.ts'
import type { Pacer } from '../reply/pacer.ts'
import { type Doing, keepTyping } from './activity.ts'
import { type Controlled, controlsOf } from './controls.ts'
import { destinationOf } from './destination.ts'
import type { Drafting } from './drafting.ts'
import { isThreadless, nonceOf } from './keys.ts'
import type { Memory } from './memory.ts'
import type { Question } from './question.ts'
import type { RunningTurn } from './running.ts'
import { isRemembered } from './task.ts'
import { saidIn, type Whole } from './wholeness.ts'
import { aloudAgainWords, commandAgainWords, emptyWords, stoppedWords } from './words.ts'

export interface Stage {
  readonly memory: Pick<Memory, 'whereabouts'>
  readonly platform: Platform
  readonly pacer: Pacer
  readonly clock: Clock
  readonly log: Logger
  readonly question: Question
  readonly running: RunningTurn
  readonly drafting: Drafting
  readonly trace: TurnRecorder
  /** Nothing more is shown from then on. */
  readonly signal: AbortSignal
}

export interface Showing {
  readonly delivery: Delivery
  /** Where the answer stands, as far as is known by now; with a `root` while the place is not open. */
  place(): Place
  /** What is being done besides writing. */
  readonly tell: Doing['tell']
  /** The text stays as it is now. */
  conclude(whole: Whole): Promise<Delivered>
}

/** One for all: an abort without a reason makes one, with a stack, each time. */
const SHOWN = new Error('The answer is shown')

/** Begins to show an answer: opens its place, types until the first words, and delivers what is written. */
export function beginShowing(stage: Stage): Showing {
  const { memory, platform, pacer, clock, log, question, running, drafting, trace, signal } = stage
  const { to, open, place } = destinationOf(platform, question, log)
  const typing = new AbortController()
  const over = new AbortController()
  let isFinal = false
  let controlled: Controlled = { words: false, heard: false }
  const notes = new Set<string>()
  /** Whoever replies to it between two tries goes on here. */
  const noted = async (refs: readonly MessageRef[]): Promise<void> => {
    const { conversation, replyTo } = place()
    const fresh = refs.filter(({ id }) => !notes.has(id))
    if (fresh.length === 0 || question.privateTo !== null) return
    if (replyTo === undefined && !isThreadless(conversation)) return
    await memory.whereabouts.noteAnswer(conversation, fresh)
    for (const { id } of fresh) notes.add(id)
  }
  const delivery = createDelivery({
    platform,
    place: to,
    pacer,
    clock,
    nonce: (index) => nonceOf(question.turn, index),
    draft: drafting.parts,
    async saveParts(parts) {
      const refs = parts.flatMap(({ ref }) => ref ?? [])
      running.standsIn(refs)
      await Promise.all([drafting.saveParts(parts), noted(refs)])
    },
    controls(state) {
      // What is not remembered can't be made once more.
      const isOver = isFinal || (state !== 'writing' && !isRemembered(question.task))
      const silent = question.privateTo !== null || running.turn.ending === 'suspended' || isOver
      return controlsOf(platform, silent, state, controlled)
    },
    ...(question.quiet && { quiet: question.quiet }),
    signal,
    watch({ sends, edits, limited, firstShownAt }) {
      if (firstShownAt !== null) {
        trace.mark('firstShown')
        typing.abort(SHOWN)
      }
      trace.set({ sends, edits, limited })
    },
    ...(question.privateTo === null ? {} : { privateTo: question.privateTo }),
  })
  delivery.delivered.then(
    (delivered) => {
      typing.abort(SHOWN)
      over.abort(SHOWN)
      if (delivered.kind === 'given_up' && isForGood(delivered.why)) running.happen('unshowable')
    },
    () => {
      typing.abort(SHOWN)
      over.abort(SHOWN)
    },
  )
  const { tell } = keepTyping(
    { platform, pacer, clock, log, ...(question.privateTo !== null && { privateTo: question.privateTo }) },
    open,
    AbortSignal.any([signal, typing.signal]),
    AbortSignal.any([signal, over.signal]),
  )
  return {
    delivery,
    place,
    tell,
    conclude: (whole) => {
      isFinal = whole.isFinal ?? false
      controlled = { words: saidIn(whole).trim() !== '', heard: whole.asked?.heard ?? false }
      return conclude(delivery, { ...whole, mark: markOf(whole, question) })
    },
  }
}

/** Where nothing is remembered no button tries again: words say how. */
function markOf({ mark, outcome, isFinal }: Whole, { task, aloud }: Question): string | null {
  if (mark === null || outcome !== 'failed' || isFinal || isRemembered(task)) return mark
  return `${mark} ${aloud === undefined ? commandAgainWords : aloudAgainWords}`
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

/**
 * Whether it can be seen now; false when there is no place for it any more. Throws when the platform was merely out
 * of reach: the inbox then tries the whole claim again later.
 */
export function shownOrLater(delivered: Delivered): boolean {
  if (delivered.kind === 'shown') return true
  const { why } = delivered
  if (isForGood(why)) return false
  throw new Error(`the platform could not be reached to show it: ${why.kind}`, { cause: why })
}

const isForGood = ({ kind }: Obstacle): boolean => kind !== 'limited' && kind !== 'failed'
