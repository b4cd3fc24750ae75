import type { OauthV2AccessResponse } from '@slack/web-api'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { within } from '../../../src/within.ts'
import type { Ask } from './asking.ts'
import type { Credentials } from './credentials.ts'
import type { Kept, KeptInstallations } from './kept.ts'
import { bodyOf, InstallationRefused } from './refused.ts'

/** Exchanges tokens that end soon. `@slack/oauth` does so as well, but without a lock, and says nothing when it fails. */
export interface Rotation {
  /**
   * The installation with a token that lives: the one it has, while another is fetched aside; waits only for one whose
   * token is over. null: it is not installed any more. Rejects where there is no living token.
   */
  fresh(kept: Kept): Promise<Kept | null>
}

/** Milliseconds before a token's end (Slack's live for 12 hours). */
const ahead = 2 * 3_600_000
/** Milliseconds a token must still live to be used: calls take their time, and clocks differ. */
const spare = 60_000
/** Milliseconds between two tries. */
const pause = { first: 1_000, longest: 60_000 }
/** Milliseconds for one exchange and its commit. */
const limit = 10_000

interface Renewing {
  running: Promise<Kept | null> | null
  tries: number
  /** `Clock.elapsed` before which it is not tried again. */
  notBefore: number
  failure: unknown
  /** Fetched, but not durable yet. The token it came for is used up. */
  unkept: Kept | null
}

export function createRotation(parts: {
  readonly credentials: Credentials
  readonly ask: Ask
  readonly kept: KeptInstallations
  /** Told of each new token once it is durable. */
  readonly renewed: (kept: Kept) => void
  /** Nothing else may change an installation meanwhile. */
  readonly alone: <T>(team: string, run: () => Promise<T>) => Promise<T>
  readonly clock: Clock
  readonly log: Logger
  /** Ends all that is under way. */
  readonly signal: AbortSignal
}): Rotation {
  const { ask, clock, log, signal } = parts
  /** By installation; those at rest are not in it. */
  const renewings = new Map<string, Renewing>()

  const left = ({ rotation }: Kept): number =>
    rotation ? rotation.expiresAt - clock.now() : Number.POSITIVE_INFINITY

  function renew(old: Kept): Promise<Kept | null> {
    const { team } = old
    const state = renewings.get(team) ?? {
      running: null,
      tries: 0,
      notBefore: 0,
      failure: null,
      unkept: null,
    }
    renewings.set(team, state)
    if (state.running) return state.running
    if (clock.elapsed() < state.notBefore) return Promise.reject(state.failure)
    state.running = parts
      .alone(team, () => within({ clock, limit, signal }, (over) => attempt(old, state, over)))
      .then(
        (kept) => {
          renewings.delete(team)
          if (kept) parts.renewed(kept)
          return kept
        },
        (error: unknown) => {
          const wait = Math.min(pause.first * 2 ** state.tries++, pause.longest)
          Object.assign(state, { running: null, failure: error, notBefore: clock.elapsed() + wait })
          tell(old, error, wait)
          throw error
        },
      )
    return state.running
  }

  async function attempt(old: Kept, state: Renewing, over: AbortSignal): Promise<Kept | null> {
    const stored = await parts.kept.get(old.team)
    if (stored === null) return null
    // Installed again, or another process was first.
    if (stored.token !== old.token && left(stored) > spare) return stored
    state.unkept ??= await exchange(stored, over)
    await parts.kept.put(state.unkept)
    return state.unkept
  }

  async function exchange(stored: Kept, over: AbortSignal): Promise<Kept> {
    const method = 'oauth.v2.access'
    const asked = clock.now()
    const reply = await ask<OauthV2AccessResponse>(
      method,
      {
        client_id: parts.credentials.clientId,
        client_secret: parts.credentials.clientSecret,
        grant_type: 'refresh_token',
        refresh_token: stored.rotation?.refreshToken ?? '',
      },
      over,
    )
    const { access_token: token, refresh_token: refreshToken, expires_in } = bodyOf(method, reply)
    if (!token || !refreshToken || !expires_in) throw new TypeError('Slack’s answer holds no new token')
    return { ...stored, token, rotation: { refreshToken, expiresAt: asked + expires_in * 1_000 } }
  }

  function tell(old: Kept, error: unknown, againInMs: number): void {
    if (signal.aborted) return
    const workspace = { team: old.team, name: old.teamName }
    if (error instanceof InstallationRefused)
      log.error(
        { ...workspace, error: error.error },
        'Slack gives no new token for a workspace: Parley has to be installed there again, at /slack/install',
      )
    else log.warn({ ...workspace, err: error, againInMs }, 'A new token of Slack’s could not be fetched')
  }

  return {
    fresh: async (kept) => {
      const lives = left(kept)
      if (lives > ahead) return kept
      if (lives <= spare) return renew(kept)
      renew(kept).catch(() => undefined) // told already; the one it has still lives
      return kept
    },
  }
}
