import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Searched } from './looking.ts'

/** Milliseconds between two tries, for all: Slack or the inbox fails. */
const pause = { first: 1_000, longest: 60_000 }
/** From this failure on what can't be taken in does not hold up what comes after it. */
const patience = 3
/** So often others are taken in between: then it is given up. */
const mostAlone = 5

/**
 * Goes through all searches in their order; those that fail come again at the end. Resolves when nothing is left to
 * look through; rejects with the signal's reason.
 */
export async function goThrough<T>(
  searches: readonly T[],
  search: (what: T, past: boolean) => Promise<Searched>,
  parts: {
    /** How much was taken in so far, by whoever. */
    readonly taken: () => number
    readonly clock: Clock
    readonly log: Logger
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { clock, log, signal, taken } = parts
  let left = searches.map((what) => ({ what, failures: 0, alone: 0, at: 0 }))
  for (let pauses = 0; left.length > 0; ) {
    const again: typeof left = []
    for (const one of left) {
      signal.throwIfAborted()
      const searched = await search(one.what, one.failures >= patience)
      if (searched.kind === 'done') {
        pauses = 0
        continue
      }
      const wait = Math.min(pause.first * 2 ** pauses++, pause.longest)
      log.warn({ err: searched.cause, againInMs: wait }, 'What was missed in Slack could not be fetched')
      const failures = searched.silent ? one.failures : one.failures + 1
      // Others were taken in between two of its failures: the fault is its own.
      const alone =
        failures > one.failures && one.failures > 0 && taken() > one.at ? one.alone + 1 : one.alone
      if (alone < mostAlone) again.push({ what: one.what, failures, alone, at: taken() })
      else log.error('Something said in Slack can’t be taken in while other things are: it is left out')
      await clock.sleep(wait, signal)
    }
    left = again
  }
}
