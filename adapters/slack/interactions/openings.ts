import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Intake } from '../../../src/ports/intake.ts'
import type { Installations } from '../installations/installation.ts'
import type { PacedCall } from '../paced-call.ts'
import type { AppEvent } from './app-event.ts'
import { type Home, homePlace, type Look } from './home.ts'
import { homeOpened, read, threadStarted } from './payload.ts'
import { createPrompts } from './prompts.ts'
import type { Reading } from './reading.ts'
import { visitOf } from './scene.ts'

/** So many at once; what comes on top sees what was there before. */
const mostAtOnce = 200

/** Milliseconds after which a setting holds that was just taken in. */
const settledMs = 1_000

/**
 * Somebody opened Home or a chat. Each returns at once: what it leads to nobody waits for, and it is not done again
 * after a crash.
 */
export interface Openings {
  /** Throws `Malformed`. */
  opened(heard: AppEvent, signal: AbortSignal): void
  /** What Home shows of this channel was changed in it. */
  changed(who: Pick<Look, 'team' | 'enterprise' | 'caller'>, channel: string, signal: AbortSignal): void
}

export function createOpenings(parts: {
  readonly intake: Pick<Intake, 'overview'>
  readonly reading: Pick<Reading, 'person'>
  readonly installations: Pick<Installations, 'of'>
  readonly home: Home
  readonly call: PacedCall
  readonly clock: Clock
  readonly log: Logger
}): Openings {
  const { home } = parts
  const prompts = createPrompts(parts)
  let underWay = 0

  const work = (heard: AppEvent, signal: AbortSignal): Promise<void> | null => {
    const { type, event, team, enterprise } = heard
    switch (type) {
      case 'app_home_opened': {
        const { user, channel, tab, view } = read(homeOpened, event, 'an opened Home')
        const caller = { id: user, name: '', team: null }
        if (tab === 'messages') return offer({ team, enterprise, caller }, channel, null, signal)
        // Slack leaves the tab out where the app has only one.
        return home.show({ team, enterprise, caller, channel, seen: view?.private_metadata ?? null }, signal)
      }
      case 'assistant_thread_started': {
        const { assistant_thread: chat } = read(threadStarted, event, 'a new chat')
        const caller = { id: chat.user_id, name: '', team: null }
        return offer({ team, enterprise, caller }, chat.channel_id, chat.thread_ts, signal)
      }
      default:
        // `assistant_thread_context_changed`: which channel people look at meanwhile is their own affair.
        return null
    }
  }

  async function offer(
    who: Pick<Look, 'team' | 'enterprise' | 'caller'>,
    channel: string,
    thread: string | null,
    signal: AbortSignal,
  ): Promise<void> {
    try {
      const visit = await visitOf(who, parts, signal)
      if (typeof visit === 'string') return
      // What is suggested would only be refused to others.
      const overview = await parts.intake.overview(homePlace(visit, channel), visit.by)
      if (overview?.direct) await prompts({ workspace: visit.installation.team, channel, thread }, signal)
    } catch (err) {
      if (!signal.aborted) parts.log.debug({ err }, 'Nothing could be suggested in a new chat')
    }
  }

  function beside(work: () => Promise<void> | null, signal: AbortSignal): void {
    if (underWay >= mostAtOnce || signal.aborted) return
    const running = work()
    if (running === null) return
    underWay++
    void running.finally(() => underWay--)
  }

  async function shownAgain(look: Look, signal: AbortSignal): Promise<void> {
    try {
      await parts.clock.sleep(settledMs, signal)
    } catch {
      // The program ends.
      return
    }
    await home.show(look, signal)
  }

  return {
    opened: (heard, signal) => beside(() => work(heard, signal), signal),
    changed: ({ team, enterprise, caller }, channel, signal) =>
      beside(() => shownAgain({ team, enterprise, caller, channel, seen: null }, signal), signal),
  }
}
