import type { Clock } from '../../src/ports/clock.ts'
import type { WorkOptions } from '../../src/ports/inbox.ts'
import { LONGEST_PAUSE_MS } from './batches.ts'
import type { OpenClaim } from './claim.ts'
import type { ClaimedBatch } from './claiming.ts'
import type { Log } from './log.ts'

export interface GivingUp {
  /** Failures after which a claim is given up. */
  readonly attempts: number
  /** Ends of the process in the middle of a claim, after which it is given up. */
  readonly deaths: number
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
  { attempts, deaths, clock, log }: GivingUp,
  onDead: WorkOptions['onDead'],
): Promise<void> {
  const { failures, attempt, fence } = open.batch
  const failed = failures + 1
  const words = failure instanceof Error ? failure.message : String(failure)
  if (failed < attempts && !diedTooOften(open.batch, deaths)) {
    const pause = pauseAfter(failed)
    log.warn({ err: failure, attempt, pause, fence }, 'a claim failed and will be tried again')
    await open.fail(clock.now() + pause, words)
    return
  }
  // Last words in the middle of which the process ends are not tried for ever either.
  const silently = open.claim.withdrawn || diedTooOften(open.batch, deaths * 2)
  try {
    if (!silently) await onDead?.(open.claim, failure)
  } catch (error) {
    // Its conversation waits behind it: last words that never succeed are given up as well.
    if (failed < attempts * 2) {
      log.warn({ err: error, attempt, fence }, 'nobody could be told of a claim given up; later again')
      await open.fail(clock.now() + LONGEST_PAUSE_MS, words)
      return
    }
    log.error({ err: error, fence }, 'nobody could be told of a claim given up; parked without')
  }
  await open.park()
  log.error({ err: failure, attempts: attempt, fence }, 'events were given up and kept as dead letters')
}

/** Whether the process ended in the middle of this so often that the claim itself may be the cause. */
export function diedTooOften(batch: ClaimedBatch, deaths: number): boolean {
  return deathsOf(batch) >= deaths
}

/** Attempts before this one that no process lived to call failed. */
export function deathsOf({ attempt, failures }: ClaimedBatch): number {
  return attempt - 1 - failures
}
