import type { APIInteraction } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import type { Intake } from '../../src/ports/intake.ts'
import type { Platform } from '../../src/ports/platform.ts'
import type { Store } from '../../src/ports/store.ts'
import { within } from '../../src/within.ts'
import { createBuckets } from './buckets.ts'
import { createDeferrals } from './deferrals.ts'
import { createDownload } from './download.ts'
import type { GatewayState } from './gateway.ts'
import { createInteractions, type Interactions } from './interactions/interactions.ts'
import { createRegistration } from './interactions/registration.ts'
import { createListening, type ListeningParts } from './listening.ts'
import { createDiscordPlatform } from './platform.ts'
import { createWays } from './ways.ts'
import { createWire } from './wire.ts'

export interface DiscordOptions {
  readonly token: string
  /** REST base without the version; null = Discord's own. */
  readonly apiUrl: string | null
  readonly store: Store
  readonly clock: Clock
  readonly chance: Pick<Chance, 'random'>
  readonly log: Logger
  /** Whether access depends on roles (`access.roles` is a list). */
  readonly byRole: boolean
  /** Ask for the content of messages that don't mention the bot (the Message Content intent). */
  readonly followUps: boolean
  /** Shorter times, for tests. */
  readonly gateway?: NonNullable<ListeningParts['gateway']>
}

export interface Discord {
  readonly platform: Required<Omit<Platform, 'ways' | 'typed' | 'usage' | 'takesFiles'>>
  state(): GatewayState
  /** Whether messages come with their content when they don't mention the bot. */
  content(): boolean
}

/** Milliseconds for interactions under way when it stops. */
const LAST_INTERACTIONS_MS = 3_000

/** Discord: what is heard over the gateway, what goes out over REST, and the interactions, which are both. */
export function createDiscord(options: DiscordOptions): Discord {
  const { token, apiUrl, store, clock, log } = options
  const over = new AbortController()
  const buckets = createBuckets()
  const deferrals = createDeferrals()
  const wire = createWire({ token, apiUrl, clock, log, buckets })
  const underWay = new Set<Promise<void>>()
  let interactions: Interactions | null = null
  let registering: Promise<void> | null = null
  let stopping = false

  const listening = createListening({ ...options, wire, buckets, onInteraction, onReady })
  const { directory, get } = listening
  let intake: Intake | null = null

  function onInteraction(interaction: APIInteraction): void {
    if (stopping || !interactions) return
    const hearing = interactions.hear(interaction).finally(() => underWay.delete(hearing))
    underWay.add(hearing)
  }

  /** With each new session: the commands are told once. */
  function onReady(application: string): void {
    if (stopping || !intake || registering) return
    registering = createRegistration({ intake, wire, store, clock, log }).run(application, over.signal)
  }

  async function start(given: Intake, signal: AbortSignal): Promise<void> {
    intake = given
    interactions = createInteractions({
      intake: given,
      wire,
      get,
      deferrals,
      directory,
      self: () => listening.self() ?? '',
      clock,
      log,
      signal: over.signal,
    })
    await listening.start(given, signal)
  }

  async function stop(): Promise<void> {
    stopping = true
    const silent = listening.stop()
    await within({ clock, limit: LAST_INTERACTIONS_MS }, () => Promise.all(underWay)).catch(
      (error: unknown) =>
        log.warn(
          { err: error, interactions: underWay.size },
          'Some interactions were not taken in before the end',
        ),
    )
    over.abort(new Error('Parley is stopping'))
    await Promise.all([silent, registering])
  }

  const platform = createDiscordPlatform({
    wire,
    ways: createWays(clock),
    deferrals,
    clock,
    log,
    self: listening.self,
    opened: listening.opened,
    may: directory.may,
    buckets,
    download: createDownload({ get, apiUrl, clock }),
    start,
    stop,
  })
  return { platform, state: listening.state, content: listening.content }
}
