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
  readonly platform: Pick<Platform, 'name' | 'budget' | 'show' | 'ways'>
  readonly pacer: Pacer
  readonly clock: Clock
  readonly log: Pick<Logger, 'debug'>
  readonly privateTo?: string
}

/** What is being done for an answer, besides writing it. */
export interface Doing {
  /** Replaces what was told before. Seen at once where a platform has more to show than typing. */
  tell(activity: Activity): void
}

const typing: Activity = { kind: 'typing' }

/** Nothing is repeated; a limit for a wait that is ended by what is told, or by the end of the answer. */
const longestMs = 3_600_000

/** One for all: an abort without a reason makes one, with a stack, each time. */
const hasChanged = new Error('Something else is to be shown')

/**
 * Shows that an answer is coming until `signal` aborts, whenever the limits leave something over for it; and what is
 * being done meanwhile, where messages stream even until `over` aborts. Never fails: nothing depends on it.
 */
export function keepTyping(
  { platform, pacer, clock, log, privateTo }: Typing,
  open: Promise<Place>,
  signal: AbortSignal,
  over: AbortSignal = signal,
): Doing {
  let doing: Activity = typing
  let changed = new AbortController()
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

  /** What is told meanwhile ends a wait at once. */
  const pause = async (ms: number, until: AbortSignal, told: Activity): Promise<void> => {
    if (doing !== told) return
    changed = new AbortController()
    await clock.sleep(ms, AbortSignal.any([until, changed.signal])).catch(() => undefined)
  }

  const keep = async (place: Place): Promise<void> => {
    const seat = pacer.enter(platform.name)
    let shown = false
    try {
      while (!signal.aborted) {
        const told = doing
        shown = (await show(seat, place, told, signal)) || shown
        await pause(repeatMs, signal, told)
      }
      // Where there is no leave for it, it ends by itself.
      if (shown) await show(seat, place, null)
      if (platform.ways?.(place, privateTo)[0] === 'stream') await besideText(seat, place)
    } finally {
      seat.leave()
    }
  }

  /** The text itself shows that an answer comes: only what else is done is shown, once. */
  const besideText = async (seat: Seat, place: Place): Promise<void> => {
    let shown = false
    let before: Activity = typing
    while (!over.aborted) {
      const told = doing
      const changes = told !== before && (told.kind === 'status' || shown)
      if (changes)
        shown = (await show(seat, place, told.kind === 'status' ? told : null)) && told.kind === 'status'
      before = told
      await pause(longestMs, over, told)
    }
    if (shown) await show(seat, place, null)
  }

  open.then(keep).catch(failed)

  return {
    tell(activity) {
      doing = activity
      // Where typing is all there is to show, the next repetition comes soon enough.
      if (platform.ways) changed.abort(hasChanged)
    },
  }
}
