import type { Logger } from 'pino'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import type { Platform } from '../../src/ports/platform.ts'
import type { Store } from '../../src/ports/store.ts'
import type { WebRoute } from '../../src/ports/web-route.ts'
import { createEventsRoute } from './events-http.ts'
import { createAsk } from './installations/asking.ts'
import { createOAuthInstallations } from './installations/oauth.ts'
import { createPlainInstallation } from './installations/plain.ts'
import { createListening, type Timing } from './listening.ts'
import { createSlackPlatform } from './platform.ts'
import { createResponseUrls } from './response-url.ts'
import { scopesFor } from './scopes.ts'
import type { ConnectionState } from './sockets.ts'
import { createWays, type Streaming } from './ways.ts'
import { createWire } from './wire.ts'

export interface SlackOptions {
  /** `xoxb-…`; null where workspaces install Parley by OAuth. */
  readonly botToken: string | null
  /** `xapp-…`: events come by Socket Mode; null: over HTTP. */
  readonly appToken: string | null
  /** Events over HTTP are signed with it; null: none are accepted. */
  readonly signingSecret: string | null
  readonly oauth: { readonly clientId: string; readonly clientSecret: string } | null
  /** Where browsers reach Parley, for the OAuth install. */
  readonly publicUrl?: string | null
  /** Base of the Web API, with or without a slash at the end; null = Slack's own. */
  readonly apiUrl: string | null
  /** Whether direct messages are answered, and their scopes needed; absent = yes. */
  readonly direct?: boolean
  readonly streaming: Streaming
  readonly store: Store
  readonly clock: Clock
  readonly chance: Pick<Chance, 'random' | 'uuid'>
  readonly log: Logger
  /** Milliseconds for which history is kept. */
  readonly historyMs: number
  /** Whether the machine's proxy settings hold. */
  readonly viaProxy: boolean
  /** Shorter times, for tests. */
  readonly timing?: Timing
}

export interface Slack {
  readonly platform: Platform
  state(): ConnectionState
  /** What Slack and browsers call: events in HTTP mode, the pages of the OAuth install. */
  readonly routes: readonly WebRoute[]
}

/** Slack: what is heard over sockets or HTTP, and what goes out over the Web API. */
export function createSlack(options: SlackOptions): Slack {
  const { botToken, appToken, signingSecret, oauth, store, clock, log } = options
  const over = new AbortController()
  const { signal } = over
  // The SDK joins it with the method as it is.
  const apiUrl = options.apiUrl === null ? null : options.apiUrl.replace(/\/*$/, '/')
  const features = { direct: options.direct ?? true }
  const api = { apiUrl, clock, log, installPage: oauth !== null }
  const standing = { isRefused: false }
  const ask = createAsk(api)
  const installations =
    oauth === null
      ? createPlainInstallation({ token: botToken ?? '', standing, ask, clock, log, signal })
      : createOAuthInstallations({
          credentials: oauth,
          scopes: [...scopesFor(features).keys()],
          apiUrl,
          publicUrl: options.publicUrl ?? null,
          ask,
          store,
          clock,
          log,
          signal,
        })
  const wire = createWire({
    ...api,
    installations,
    onToken: (team, isAccepted) => {
      if (oauth === null) standing.isRefused = !isAccepted
      else if (!isAccepted)
        installations
          .forget(team, null)
          .catch((error: unknown) =>
            log.warn({ err: error, team }, 'Whether Parley is still installed could not be found out'),
          )
    },
  })
  const responses = createResponseUrls(api)
  const listening = createListening({
    ...options,
    apiUrl,
    features,
    installations,
    wire,
    responses,
    timing: options.timing ?? {},
  })

  async function stop(): Promise<void> {
    await listening.stop()
    over.abort(new Error('Parley is stopping'))
  }

  const platform = createSlackPlatform({
    ...api,
    store,
    wire,
    responses,
    ways: createWays(clock, options.streaming),
    installations,
    intake: listening.intake,
    over: signal,
    start: listening.start,
    stop,
  })
  /** Without its token Parley hears, but can say nothing until a person mends it. */
  const state = (): ConnectionState => (standing.isRefused ? 'closed' : listening.state())
  const events =
    appToken === null && signingSecret !== null
      ? [createEventsRoute({ secret: signingSecret, take: listening.take, clock, log })]
      : []
  return { platform, state, routes: [...events, ...installations.routes] }
}
