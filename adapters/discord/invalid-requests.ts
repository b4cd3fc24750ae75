import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'

/** Counts the answers that Discord takes as misuse, and stops calling long before it bans the address for them. */
export interface InvalidRequests {
  count(): void
  /** Milliseconds until calls may go out again; 0 = now. */
  heldMs(): number
}

/** 10,000 answers with 401, 403 or 429 in ten minutes are a ban (Discord's documents, "Invalid request limit"). */
const WINDOW_MS = 600_000
const MOST = 1_000

export function createInvalidRequests(clock: Clock, log: Logger, most = MOST): InvalidRequests {
  let since = Number.NEGATIVE_INFINITY
  let counted = 0
  const leftMs = (): number => since + WINDOW_MS - clock.elapsed()
  return {
    count() {
      if (leftMs() <= 0) {
        since = clock.elapsed()
        counted = 0
      }
      counted++
      if (counted === most)
        log.error(
          { pauseMs: leftMs() },
          `Discord refused ${most} requests within ten minutes (401, 403 or 429). Nothing more is sent until they are over: at 10,000 it would ban this address. Look for a wrong token or missing permissions above.`,
        )
    },
    heldMs: () => (counted >= most ? Math.max(0, leftMs()) : 0),
  }
}
