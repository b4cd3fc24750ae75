import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Stubborn } from '../catch-up/stubborn.ts'
import { createLine, type LineLimits, lineLimits } from './line.ts'

/** What became of something heard. `lost`: it could not be taken in; it may be fetched and heard again. */
export type Fate = 'settled' | 'lost'

/** The pauses between tries to admit something, milliseconds; after the last it is left to be fetched later. */
const pauses = [500, 1_000, 2_000, 5_000, 10_000]
/** So many tries while others are taken in: then it does not hold up its channel any longer. */
const mostAlone = 3

/** In the channel's turn, again and again while the inbox can't take it in; what is fetched (`once`) is tried once. Never rejects. */
export type Taking = (channel: string, once: boolean, take: () => Promise<void>) => Promise<Fate>

export function createTaking(parts: {
  readonly stubborn: Stubborn
  readonly clock: Clock
  readonly log: Logger
  /** Ends everything that waits. */
  readonly signal: AbortSignal
  readonly limits?: LineLimits
}): Taking {
  const { stubborn, clock, log, signal } = parts
  const line = createLine(parts.limits ?? lineLimits)

  return async (channel, once, take) => {
    const taken = line(channel, async () => {
      const before = stubborn.count()
      let tries = 0
      for (const pause of [...(once ? [] : pauses), null]) {
        if (signal.aborted) return 'lost'
        try {
          await take()
          return 'settled'
        } catch (error) {
          if (signal.aborted) return 'lost'
          log.error({ err: error, channel, againInMs: pause }, 'What was said could not be taken in')
          if (++tries >= mostAlone && stubborn.count() > before) return 'lost'
          if (pause !== null) await clock.sleep(pause, signal).catch(() => undefined) // stopped: seen above
        }
      }
      return 'lost'
    })
    if (taken !== null) return taken
    log.warn({ channel }, 'Too many messages wait to be taken in')
    return 'lost'
  }
}
