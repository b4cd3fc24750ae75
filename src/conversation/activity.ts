import type { Logger } from 'pino'
import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Activity, Platform } from '../ports/platform.ts'
import { within } from '../within.ts'

/** Discord shows typing for ten seconds; Slack's status lasts longer. */
const repeatMs = 8_000

/** A platform that takes longer to show it has failed. */
const limitMs = 5_000

/** Shows that an answer is coming until `signal` aborts. Never fails: nothing depends on it. */
export function keepTyping(
  platform: Pick<Platform, 'show'>,
  open: Promise<Place>,
  clock: Clock,
  signal: AbortSignal,
  log: Pick<Logger, 'debug'>,
): void {
  const failed = (err: unknown): void => log.debug({ err }, 'typing could not be shown')
  const show = (place: Place, activity: Activity | null, until?: AbortSignal): Promise<void> =>
    within({ clock, limit: limitMs, ...(until && { signal: until }) }, () =>
      platform.show(place, activity),
    ).catch((err: unknown) => {
      if (!until?.aborted) failed(err)
    })
  const keep = async (place: Place): Promise<void> => {
    if (signal.aborted) return
    while (!signal.aborted) {
      await show(place, { kind: 'typing' }, signal)
      await clock.sleep(repeatMs, signal).catch(() => undefined)
    }
    await show(place, null)
  }
  open.then(keep).catch(failed)
}
