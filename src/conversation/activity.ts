import type { Clock } from '../ports/clock.ts'
import type { Place } from '../ports/event.ts'
import type { Platform } from '../ports/platform.ts'

/** Discord shows typing for ten seconds; Slack's status lasts longer. */
const repeatMs = 8_000

/** Shows that an answer is coming until `signal` aborts. Never fails: nothing depends on it. */
export function keepTyping(
  platform: Platform,
  open: Promise<Place>,
  clock: Clock,
  signal: AbortSignal,
): void {
  open.then(async (place) => {
    while (!signal.aborted) {
      await platform.show(place, { kind: 'typing' })
      await clock.sleep(repeatMs, signal).catch(() => undefined)
    }
    await platform.show(place, null)
  })
}
