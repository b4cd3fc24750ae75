import type { Clock } from '../../src/ports/clock.ts'
import type { WorkOptions } from '../../src/ports/inbox.ts'
import { LONGEST_PAUSE_MS } from './batches.ts'
import type { OpenClaim } from './claim.ts'
import type { Log } from './log.ts'

export interface GivingUp {
  readonly attempts: number
  readonly clock: Clock
  readonly log: Log
}

/** Milliseconds before the next try: 1 s, doubling, at most a minute. */
export function pauseAfter(attempt: number): number {
  return Math.min(1000 * 2 ** Math.min(attempt - 1, 16), LONGEST_PAUSE_MS)
}

/** After a failed try: gives the events back for the next one, or parks them as dead letters after the last. */
export async function giveUp(
  open: OpenClaim,
  failure: unknown,
  { attempts, clock, log }: GivingUp,
  onDead: WorkOptions['onDead'],
): Promise<void> {
  const { attempt, fence } = open.batch
  const words = failure instanceof Error ? failure.message : String(failure)
  if (attempt < attempts) {
    const pause = pauseAfter(attempt)
    log.warn({ err: failure, attempt, pause, fence }, 'a claim failed and will be tried again')
    await open.fail(clock.now() + pause, words)
    return
  }
  for (const [index, event] of open.claim.events.entries()) {
    const id = open.batch.events[index]?.id
    if (id === undefined) continue
    try {
      if (!open.claim.withdrawn) await onDead?.(event, failure)
    } catch (error) {
      // Its conversation waits behind it: a notice that never succeeds is given up as well.
      if (attempt < attempts * 2) {
        log.warn({ err: error, attempt, fence }, 'nobody could be told of an event given up; later again')
        await open.fail(clock.now() + LONGEST_PAUSE_MS, words)
        return
      }
      log.error({ err: error, fence }, 'nobody could be told of an event given up; parked without')
    }
    await open.park(id)
  }
  log.error({ err: failure, attempts: attempt, fence }, 'events were given up and kept as dead letters')
}
