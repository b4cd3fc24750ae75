import type { Logger } from 'pino'
import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Activity, Platform } from '../ports/platform.ts'
import type { Pacer } from '../reply/pacer.ts'
import type { Seat } from '../reply/seat.ts'
import { within } from '../within.ts'

/** Discord shows typing for ten seconds; Slack's status lasts longer. */
const repeatMs = 8_000

/** A platform that takes longer to show it has failed. */
const limitMs = 5_000

interface Typing {
  readonly platform: Pick<Platform, 'name' | 'budget' | 'show'>
  readonly pacer: Pacer
  readonly clock: Clock
  readonly log: Pick<Logger, 'debug'>
}

/**
 * Shows that an answer is coming until `signal` aborts, whenever the limits leave something over for it. Never fails:
 * nothing depends on it.
 */
export function keepTyping(
  { platform, pacer, clock, log }: Typing,
  open: Promise<Place>,
  signal: AbortSignal,
): void {
  const failed = (err: unknown): void => log.debug({ err }, 'typing could not be shown')

  /** False when there was no leave for it. */
  const show = async (
    seat: Seat,
    place: Place,
    activity: Activity | null,
    until?: AbortSignal,
  ): Promise<boolean> => {
    const grant = seat.spare(platform.budget(place, activity === null ? 'clear' : 'show'))
    if (grant === null) return false
    try {
      const reported = await within({ clock, limit: limitMs, ...(until && { signal: until }) }, (own) =>
        platform.show(place, activity, own),
      )
      grant.settle(reported)
    } catch (err) {
      grant.settle({ kind: 'unknown' })
      if (!until?.aborted) failed(err)
    }
    return true
  }

  const keep = async (place: Place): Promise<void> => {
    const seat = pacer.enter(platform.name)
    let shown = false
    try {
      while (!signal.aborted) {
        shown = (await show(seat, place, { kind: 'typing' }, signal)) || shown
        await clock.sleep(repeatMs, signal).catch(() => undefined)
      }
      // Where there is no leave for it, it ends by itself.
      if (shown) await show(seat, place, null)
    } finally {
      seat.leave()
    }
  }

  open.then(keep).catch(failed)
}
