import {
  type APIInteraction,
  GatewayDispatchEvents,
  type GatewayDispatchPayload,
} from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import type { Intake } from '../../src/ports/intake.ts'
import type { Store } from '../../src/ports/store.ts'
import { within } from '../../src/within.ts'
import type { Buckets } from './buckets.ts'
import { createAcquaintances } from './catch-up/acquaintances.ts'
import { createCatchUp } from './catch-up/catch-up.ts'
import { createCursor } from './catch-up/cursor.ts'
import { fetchGap } from './catch-up/fetching.ts'
import { createRounds } from './catch-up/rounds.ts'
import { createStubborn } from './catch-up/stubborn.ts'
import { createUnreadable } from './catch-up/unreadable.ts'
import type { ChannelFacts } from './channel-facts.ts'
import { createDirectory, type Directory } from './directory.ts'
import { createDispatching } from './dispatching.ts'
import { createGateway, type Gateway, type GatewayParts } from './gateway.ts'
import { createApology } from './hearing/apology.ts'
import { createHearing } from './hearing/hearing.ts'
import { createMembers } from './hearing/members.ts'
import { createPacedGet, type PacedGet } from './paced-get.ts'
import type { Wire } from './wire.ts'

export interface ListeningParts {
  readonly token: string
  readonly apiUrl: string | null
  readonly followUps: boolean
  readonly store: Store
  readonly wire: Wire
  readonly buckets: Pick<Buckets, 'known'>
  /** Whether access depends on roles: then people are looked up whose messages don't tell theirs. */
  readonly byRole: boolean
  readonly clock: Clock
  readonly chance: Pick<Chance, 'random'>
  readonly log: Logger
  /** Interactions are heard elsewhere. Must not throw. */
  readonly onInteraction: (interaction: APIInteraction) => void
  /** A session began, not resumed; told of the application's id. Must not throw. */
  readonly onReady?: (application: string) => void
  /** Shorter times, for tests. */
  readonly gateway?: Pick<GatewayParts, 'patience' | 'pauses' | 'throttler'>
}

/** All that comes from Discord: the connection, what is heard over it, and what was missed. */
export interface Listening extends Pick<Gateway, 'state' | 'content' | 'client'> {
  /** As `Platform.start`. */
  start(intake: Intake, signal: AbortSignal): Promise<void>
  /** As `Platform.stop`. */
  stop(): Promise<void>
  /** The bot's user id; null before the first session. */
  self(): string | null
  readonly directory: Directory
  readonly get: PacedGet
  /** A thread was opened for an answer. */
  opened(thread: ChannelFacts): void
}

/** Milliseconds for admissions under way when it stops; what is given up is fetched after the next start. */
const lastAdmissions = 5_000

export function createListening(parts: ListeningParts): Listening {
  const { clock, log, wire, store } = parts
  const over = new AbortController()
  const { signal } = over
  /** After the last admissions: then the cursor is kept for the last time. */
  const quiet = new AbortController()
  let listener: Intake | null = null
  let self: string | null = null
  let keeping: Promise<unknown> = Promise.resolve()

  const intake = (): Intake => {
    if (!listener) throw new Error('Nobody listens yet')
    return listener
  }
  const known = (): string => {
    if (self === null) throw new Error('No session yet')
    return self
  }

  const gateway = createGateway({ ...parts, ...parts.gateway, hear } satisfies GatewayParts)
  const get = createPacedGet(wire, intake, parts.buckets)
  const directory = createDirectory({ client: gateway.client, get, recall: (id) => acquaintances.thread(id) })
  const cursor = createCursor({ store, key: () => `discord:cursor:${known()}`, clock, log })
  const acquaintances = createAcquaintances({
    store,
    key: () => `discord:acquaintances:${known()}`,
    clock,
    log,
  })
  const stubborn = createStubborn(log)
  const unreadable = createUnreadable(clock, log, signal)
  const rounds = createRounds({
    fetch: (gap) =>
      fetchGap(gap, {
        get,
        hear: hearing.created,
        stubborn,
        unreadable,
        log,
        signal,
      }),
    clock,
    log,
    signal,
  })
  const catchUp = createCatchUp({
    cursor,
    rounds,
    acquaintances,
    mayRead: directory.mayRead,
    unreadable,
    clock,
    log,
    signal,
  })
  const hearing = createHearing({
    intake,
    directory,
    members: createMembers(get, clock, log, parts.byRole),
    get,
    apologise: createApology({ wire, intake, clock, log }),
    self: known,
    clock,
    log,
    signal,
    onAdmitted: catchUp.note,
    stubborn,
  })

  const dispatching = createDispatching({
    hearing,
    begin: catchUp.begin,
    before: rounds.before,
    guildOf: directory.guildOf,
    onInteraction: parts.onInteraction,
    log,
  })

  function hear(packet: GatewayDispatchPayload, shard: number): void {
    if (signal.aborted) return
    try {
      if (packet.t === GatewayDispatchEvents.Ready) {
        self = packet.d.user.id
        parts.onReady?.(packet.d.application.id)
      }
      catchUp.see(packet, shard)
      dispatching.take(packet, shard)
    } catch (error) {
      log.error({ err: error, event: packet.t }, 'What Discord said could not be heard')
    }
  }

  return {
    state: gateway.state,
    content: gateway.content,
    client: gateway.client,
    self: () => self,
    directory,
    get,
    opened: (thread) => {
      directory.note(thread)
      acquaintances.note({ channel: thread.id, guild: thread.guild, parent: thread.parent })
    },
    start: async (given, starting) => {
      listener = given
      keeping = Promise.all([cursor.keep(quiet.signal), acquaintances.keep(quiet.signal), rounds.work()])
      try {
        await gateway.start(starting)
      } catch (error) {
        over.abort(error)
        quiet.abort()
        throw error
      }
    },
    stop: async () => {
      const closing = gateway.stop()
      over.abort(new Error('Parley is stopping'))
      await within({ clock, limit: lastAdmissions }, dispatching.idle).catch((error: unknown) =>
        log.warn({ err: error }, 'Some messages were not taken in before the end'),
      )
      quiet.abort()
      await Promise.all([closing, keeping])
    },
  }
}
