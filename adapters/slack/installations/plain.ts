import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Ask } from './asking.ts'
import type { Installation, Installations } from './installation.ts'
import { orAborted } from './or-aborted.ts'
import { InstallationRefused, SlackSilent } from './refused.ts'
import { whoIs } from './who.ts'

/** Milliseconds between two questions while Slack does not answer. */
const pause = { first: 1_000, longest: 30_000 }
/** Milliseconds a refusal is believed: only a person can mend it. */
const believedMs = 60_000

/**
 * One workspace (or one organisation), by the token in SLACK_BOT_TOKEN. Slack is asked once who Parley is there, with
 * patience while the network fails. `of` and `all` reject with `InstallationRefused` where the token is no good.
 */
export function createPlainInstallation(parts: {
  readonly token: string
  readonly ask: Ask
  readonly clock: Clock
  readonly log: Logger
  /** Ends all questions. */
  readonly signal: AbortSignal
}): Installations {
  const { token, ask, clock, log } = parts
  let found: Installation | null = null
  let asking: Promise<Installation> | null = null
  let refusal: { readonly error: InstallationRefused; readonly until: number } | null = null

  async function find(): Promise<Installation> {
    for (let tries = 0; ; tries++) {
      try {
        found = await whoIs(ask, token, parts.signal)
        return found
      } catch (error) {
        parts.signal.throwIfAborted()
        if (error instanceof InstallationRefused) refusal = { error, until: clock.elapsed() + believedMs }
        if (!(error instanceof SlackSilent)) throw error
        const wait = Math.max(error.retryAfterMs, Math.min(pause.first * 2 ** tries, pause.longest))
        log.warn({ err: error, againInMs: wait }, 'Slack does not say who Parley is; asking again')
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

  return {
    of: async (team, enterprise, signal) => {
      const { team: own } = await mine(signal)
      return own === team || own === enterprise ? found : null
    },
    known: (team) => (found?.team === team ? found : null),
    all: async (signal) => [await mine(signal)],
    forget: async (team, enterprise) => {
      if (found === null || (found.team !== team && found.team !== enterprise)) return
      log.warn(
        { team, name: found.teamName },
        'Parley was uninstalled from Slack, or its token revoked: install it again and put the new token into SLACK_BOT_TOKEN',
      )
      found = null
    },
    routes: [],
  }
}
