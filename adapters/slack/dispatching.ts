import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import { TooSlow, within } from '../../src/within.ts'
import type { Body, Route } from './app.ts'

/** What Slack is told of something it sent. `again`: it was not taken in, and Slack may deliver it another time. */
export type Answer = { readonly kind: 'arrived'; readonly body?: unknown } | { readonly kind: 'again' }

export interface Dispatching {
  /** Resolves in time for Slack; never rejects. */
  take(body: Body): Promise<Answer>
  /** From now on nothing is taken in. Resolves when the fate of all that was taken so far is known. */
  close(): Promise<unknown>
}

/** Milliseconds. Slack wants its answer within three seconds, the way there and back included. */
export const answerWithin = 2_500

/** Things heard whose fate is open. */
const mostUnderWay = 5_000

/**
 * Answers Slack in time: events when they are durable, or else it delivers them again (the inbox knows them then);
 * what a person did and sees the answer to, at the deadline at the latest.
 */
export function createDispatching(parts: {
  readonly route: Route
  readonly clock: Clock
  readonly log: Logger
  /** Milliseconds. */
  readonly answerWithin?: number
}): Dispatching {
  const { route, clock, log } = parts
  const limit = parts.answerWithin ?? answerWithin
  const underWay = new Set<Promise<unknown>>()
  let closed = false

  async function take(body: Body): Promise<Answer> {
    if (closed || underWay.size >= mostUnderWay) {
      if (!closed) log.warn('Too much is said at once to be taken in')
      return { kind: 'again' }
    }
    const { promise, resolve } = Promise.withResolvers<Answer>()
    const isEvent = 'event' in body
    const running: Promise<void> = route(body, async (answer) =>
      resolve(answer === undefined ? { kind: 'arrived' } : { kind: 'arrived', body: answer }),
    )
      .then(
        // What nobody understands now nobody will understand the next time. Left unanswered by its listener: Slack
        // tells the person so.
        (heard) => resolve({ kind: heard === 'odd' || isEvent ? 'arrived' : 'again' }),
        (error: unknown) => {
          log.error({ err: error }, 'What Slack said could not be taken in')
          resolve({ kind: 'again' })
        },
      )
      .finally(() => underWay.delete(running))
    underWay.add(running)
    return within({ clock, limit }, () => promise).catch((error: unknown) => {
      if (!(error instanceof TooSlow)) throw error
      if (!isEvent) return { kind: 'arrived' }
      log.warn('An event took too long to be taken in: Slack delivers it again')
      return { kind: 'again' }
    })
  }

  return {
    take,
    close: () => {
      closed = true
      return Promise.allSettled(underWay)
    },
  }
}
