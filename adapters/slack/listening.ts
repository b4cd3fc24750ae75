import type { Logger } from 'pino'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import type { Intake } from '../../src/ports/intake.ts'
import type { Store } from '../../src/ports/store.ts'
import { within } from '../../src/within.ts'
import { createAcknowledging } from './acknowledging.ts'
import { type Body, createRoute } from './app.ts'
import { budgetsOf, halfBudgetsOf, mostBudgetsOf } from './buckets.ts'
import { createCatchUp } from './catch-up/catch-up.ts'
import { createDirectory } from './directory.ts'
import { createDispatching, type Dispatching } from './dispatching.ts'
import type { Features } from './features.ts'
import { createHearing } from './hearing/hearing.ts'
import type { Installations } from './installations/installation.ts'
import { createInteractions, type Interactions } from './interactions/interactions.ts'
import { createPacedCall } from './paced-call.ts'
import type { ResponseUrls } from './response-url.ts'
import { type ConnectionState, createSockets, type SocketsParts } from './sockets.ts'
import { checkInstallations } from './start-check.ts'
import type { Wire } from './wire.ts'

/** Shorter times, for tests. Milliseconds. */
export interface Timing {
  readonly sockets?: NonNullable<SocketsParts['timing']>
  readonly pauses?: NonNullable<SocketsParts['pauses']>
  readonly answerWithin?: number
}

export interface ListeningParts {
  /** null: events come over HTTP, by `take`. */
  readonly appToken: string | null
  readonly apiUrl: string | null
  readonly viaProxy: boolean
  readonly features: Pick<Features, 'direct'>
  readonly installations: Installations
  readonly wire: Wire
  readonly responses: ResponseUrls
  readonly store: Store
  readonly clock: Clock
  readonly chance: Pick<Chance, 'random' | 'uuid'>
  readonly log: Logger
  /** Milliseconds for which history is kept. */
  readonly historyMs: number
  readonly timing: Timing
}

/** All that comes from Slack: the connections, what is heard over them, and what was missed. */
export interface Listening extends Pick<Dispatching, 'take'> {
  /** As `Platform.start`. */
  start(intake: Intake, signal: AbortSignal): Promise<void>
  /** As `Platform.stop`. */
  stop(): Promise<void>
  state(): ConnectionState
  /** null before the start. */
  intake(): Intake | null
}

/** Milliseconds for what is under way when it stops; events that are given up are delivered again, or fetched. */
const lastWords = 3_000

/** Told to those who show how things stand for a person, and not to the hearing. */
const forInteractions = new Set([
  'app_home_opened',
  'assistant_thread_started',
  'assistant_thread_context_changed',
  'agent_session_stopped',
  'reaction_added',
])

export function createListening(parts: ListeningParts): Listening {
  const { clock, log, wire, installations, appToken, timing } = parts
  const over = new AbortController()
  const { signal } = over
  let listener: Intake | null = null
  let interactions: Interactions | null = null
  let app: string | null = null
  let state: ConnectionState = 'connecting'
  let keeping: Promise<unknown> = Promise.resolve()

  const intake = (): Intake => {
    if (!listener) throw new Error('Nobody listens yet')
    return listener
  }
  const acting = (): Interactions => {
    if (!interactions) throw new Error('Nobody listens yet')
    return interactions
  }

  const call = createPacedCall(wire, intake)
  const directory = createDirectory({ call, clock, log, signal })
  const hearing = createHearing({
    intake,
    installations,
    directory,
    store: parts.store,
    historyMs: parts.historyMs,
    call,
    clock,
    log,
    signal,
    onAdmitted: (team, channel, ts, thread) => catchUp.heard(team, channel, ts, thread),
  })
  const catchUp = createCatchUp({
    hear: hearing.hear,
    installations,
    // Threads are read for new questions, too.
    call: createPacedCall(wire, intake, (team, method) =>
      (method === 'conversations.history' ? mostBudgetsOf : halfBudgetsOf)(team, method),
    ),
    soon: createPacedCall(wire, intake, (team, method) =>
      (method === 'conversations.history' ? budgetsOf : halfBudgetsOf)(team, method),
    ),
    store: parts.store,
    clock,
    log,
    signal,
  })

  const hearOrMiss = (envelope: Body): Promise<void> =>
    hearing.hear(envelope).catch((error: unknown) => {
      catchUp.lost(envelope)
      throw error
    })

  const route = createRoute(
    {
      event: (envelope) =>
        forInteractions.has(typeOf(envelope)) ? acting().event(envelope) : hearOrMiss(envelope),
      command: (body, acknowledge) => acting().command(body, acknowledge),
      action: (body, acknowledge) => acting().action(body, acknowledge),
      shortcut: (body, acknowledge) => acting().shortcut(body, acknowledge),
      view: (body, acknowledge) => acting().view(body, acknowledge),
    },
    log,
  )
  const dispatching = createDispatching({
    route,
    clock,
    log,
    ...(timing.answerWithin !== undefined && { answerWithin: timing.answerWithin }),
  })
  const acknowledging = createAcknowledging(dispatching.take, log)
  const sockets =
    appToken === null
      ? null
      : createSockets({
          ...parts,
          ...(timing.pauses && { pauses: timing.pauses }),
          timing: timing.sockets ?? {},
          appToken,
          app: () => app,
          hear: acknowledging.hear,
          // However short the gap: Slack does not promise to deliver again what it could not deliver to anybody.
          connected: (gap) => void catchUp.run(gap),
        })

  return {
    intake: () => listener,
    take: async (body) => (listener === null ? { kind: 'again' } : dispatching.take(body)),
    state: () => sockets?.state() ?? state,
    start: async (given, starting) => {
      listener = given
      interactions = createInteractions({
        intake: given,
        installations,
        wire,
        responses: parts.responses,
        directory,
        call,
        clock,
        log,
        signal,
      })
      keeping = catchUp.keep()
      const found = await checkInstallations(() => installations.all(starting), parts.features, log)
      app = found[0]?.app ?? null
      if (found.length === 0)
        log.info('No workspace has installed Parley yet: /slack/install is where they do')
      if (sockets !== null) return sockets.start(starting)
      state = 'connected'
      log.info('Slack’s events are taken in at POST /slack/events')
      void catchUp.run()
    },
    stop: async () => {
      // The connections stay until then: what was taken in is acknowledged over them.
      await within({ clock, limit: lastWords }, async () => {
        await dispatching.close()
        await acknowledging.idle()
      }).catch((error: unknown) =>
        log.warn({ err: error }, 'Some of what Slack said was not taken in before the end'),
      )
      over.abort(new Error('Parley is stopping'))
      state = 'closed'
      await Promise.all([sockets?.stop(), keeping])
    },
  }
}

function typeOf({ event }: Body): string {
  const type = (event as { readonly type?: unknown } | null | undefined)?.type
  return typeof type === 'string' ? type : ''
}
