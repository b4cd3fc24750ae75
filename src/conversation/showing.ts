import type { Logger } from 'pino'
import type { TurnRecorder } from '../observe/traces.ts'
import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'
import { createDelivery, type Delivered, type Delivery, type Obstacle } from '../reply/delivery.ts'
import type { Pacer } from '../reply/pacer.ts'
import { keepTyping } from './activity.ts'
import { controlsOf } from './controls.ts'
import { destinationOf } from './destination.ts'
import type { Drafting } from './drafting.ts'
import { nonceOf } from './keys.ts'
import type { Question } from './question.ts'
import type { RunningTurn } from './running.ts'
import type { Whole } from './wholeness.ts'
import { emptyWords, stoppedWords } from './words.ts'

export interface Stage {
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
  /** Where the answer stands, as far as is known by now. */
  place(): Place
}

/** Begins to show an answer: opens its place, types until the first words, and delivers what is written. */
export function beginShowing(stage: Stage): Showing {
  const { platform, pacer, clock, log, question, running, drafting, trace, signal } = stage
  const { to, open } = destinationOf(platform, question)
  const typing = new AbortController()
  const delivery = createDelivery({
    platform,
    place: typeof to === 'function' ? { unopened: question.place, open: to } : to,
    pacer,
    clock,
    nonce: (index) => nonceOf(question.turn, index),
    draft: drafting.parts,
    saveParts(parts) {
      running.standsIn(parts.flatMap(({ ref }) => ref ?? []))
      return drafting.saveParts(parts)
    },
    controls(state) {
      const silent = question.privateTo !== null || running.turn.ending === 'suspended'
      return controlsOf(platform, silent, state)
    },
    signal,
    watch({ sends, edits, limited, firstShownAt }) {
      if (firstShownAt !== null) {
        trace.mark('firstShown')
        typing.abort()
      }
      trace.set({ sends, edits, limited })
    },
    ...(question.privateTo === null ? {} : { privateTo: question.privateTo }),
  })
  delivery.delivered.then(
    (delivered) => {
      typing.abort()
      if (delivered.kind === 'given_up' && isForGood(delivered.why)) running.happen('unshowable')
    },
    () => typing.abort(),
  )
  let place: Place = { ...question.place, root: null }
  open.then((opened) => {
    place = opened
  })
  keepTyping({ platform, pacer, clock, log }, open, AbortSignal.any([signal, typing.signal]))
  return { delivery, place: () => place }
}

/** The text stays as it is now. */
export function conclude(delivery: Delivery, { state, mark }: Whole): Promise<Delivered> {
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
