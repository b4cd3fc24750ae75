import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import type { Ask } from './asking.ts'
import type { Installation, Installations } from './installation.ts'
import { orAborted } from './or-aborted.ts'
import { InstallationRefused, SlackSilent } from './refused.ts'
import { whoIs } from './who.ts'

/** Milliseconds between two questions while Slack does not answer. */
const pause = { first: 1_000, longest: 30_000 }
/** Milliseconds a refusal is believed: only a person can mend it. */
const believedMs = 60_000
/** Milliseconds; an event has to be acknowledged in three seconds. */
const askingMs = 2_000

/** Whether Slack accepts the one token that there is. Without it only a person can mend it. */
export interface TokenStanding {
  isRefused: boolean
}

/**
 * One workspace (or one organisation), by the token in SLACK_BOT_TOKEN. Slack is asked once who Parley is there, with
 * patience while the network fails. `of` and `all` reject with `InstallationRefused` where the token is no good.
 */
export function createPlainInstallation(parts: {
  readonly token: string
  /** How the token stands, whoever learns of it. */
  readonly standing: TokenStanding
  readonly ask: Ask
  readonly clock: Clock
  readonly log: Logger
  /** Ends all questions. */
  readonly signal: AbortSignal
}): Installations {
  const { token, ask, clock, log, standing } = parts
  let found: Installation | null = null
  let asking: Promise<Installation> | null = null
  let refusal: { readonly error: InstallationRefused; readonly until: number } | null = null

  async function find(): Promise<Installation> {
    for (let tries = 0; ; tries++) {
      try {
        found = await whoIs(ask, token, parts.signal)
        standing.isRefused = false
        return found
      } catch (error) {
        parts.signal.throwIfAborted()
        if (error instanceof InstallationRefused) refusal = { error, until: clock.elapsed() + believedMs }
        if (!(error instanceof SlackSilent)) throw error
        const wait = Math.max(error.retryAfterMs, Math.min(pause.first * 2 ** tries, pause.longest))
        log.warn({ why: error.message, againInMs: wait }, 'Slack does not say who Parley is; asking again')
        await clock.sleep(wait, parts.signal)
      }
    }
  }

  async function mine(signal: AbortSignal): Promise<Installation> {
    if (found) return found
    if (refusal && clock.elapsed() < refusal.until) throw refusal.error
    asking ??= find().finally(() => {
      asking = null
    })
    return orAborted(asking, signal)
  }

  /** The refusal is told in words where it is heard. Such events come late, too, when Parley was installed again: so Slack is asked. Rejects when it does not say. */
  async function refusalNow(): Promise<InstallationRefused | null> {
    try {
      await within({ clock, limit: askingMs, signal: parts.signal }, (over) => whoIs(ask, token, over))
      return null
    } catch (error) {
      if (error instanceof InstallationRefused) return error
      throw error
    }
  }

  return {
    of: async (team, enterprise, signal) => {
      const { team: own } = await mine(signal)
      return own === team || own === enterprise ? found : null
    },
    known: (team) => (found?.team === team ? found : null),
    all: async (signal) => [await mine(signal)],
    forget: async (team, enterprise) => {
      if (found === null || (found.team !== team && found.team !== enterprise)) return
      // Told already, and each call asks anew.
      if (standing.isRefused) return
      const error = await refusalNow()
      if (error === null) return
      refusal = { error, until: clock.elapsed() + believedMs }
      standing.isRefused = true
      found = null
    },
    routes: [],
  }
}
