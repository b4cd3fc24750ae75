import { pino } from 'pino'
import { createBuckets } from '../../adapters/discord/buckets.ts'
import { createListening, type Listening } from '../../adapters/discord/listening.ts'
import { createWire } from '../../adapters/discord/wire.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { InboundEvent, MessageHeard } from '../../src/ports/event.ts'
import type { Admission, Intake } from '../../src/ports/intake.ts'
import type { Store } from '../../src/ports/store.ts'
import { type DiscordFake, type DiscordFakeOptions, startDiscordFake } from '../fakes/discord/discord-fake.ts'

/** Remembers what was admitted and drops what it knows, as the inbox does. */
export interface EarIntake extends Intake {
  readonly events: InboundEvent[]
  /** Every call of `admit`, duplicates too. */
  readonly offered: string[]
  /** Threads (or '' for the channel as a whole) in which Parley takes part. */
  readonly followed: Set<string>
  /** As the engine's own; by itself it makes each call at once. */
  paced: Intake['paced']
  /** Instead of the usual answer. */
  admitting: ((event: InboundEvent) => Promise<Admission | null>) | null
  texts(): string[]
}

export function earIntake(): EarIntake {
  const events: InboundEvent[] = []
  const known = new Set<string>()
  const offered: string[] = []
  const followed = new Set<string>()
  const intake: EarIntake = {
    events,
    offered,
    followed,
    admitting: null,
    texts: () => events.flatMap((event) => (event.kind === 'message' ? [event.text] : [])),
    admit: async (event) => {
      offered.push(event.id)
      const answer = await intake.admitting?.(event)
      if (answer) return answer
      if (known.has(event.id)) return 'duplicate'
      known.add(event.id)
      events.push(event)
      followed.add(event.place.conversation.thread)
      return 'new'
    },
    place: async (spot) => ({
      conversation: {
        platform: spot.platform,
        workspace: spot.workspace,
        channel: spot.channel,
        thread: spot.direct ? 'direct' : (spot.thread ?? spot.threadIfOpened ?? `reply:${spot.message.id}`),
      },
      root: null,
      direct: spot.direct,
    }),
    follows: async ({ thread }) => followed.has(thread),
    commands: [],
    suggest: async () => [],
    form: async () => null,
    overview: async () => null,
    paced: (_, call) => call(),
  }
  return intake
}

export function mapStore(): Store & { readonly map: Map<string, unknown> } {
  const map = new Map<string, unknown>()
  const get = async <T>(key: string) => map.get(key) as T | undefined
  return {
    map,
    get,
    getMany: (keys) => Promise.all(keys.map((key) => get(key))) as never,
    set: async (key, value) => {
      map.set(key, structuredClone(value))
      return true
    },
    delete: async (key) => map.delete(key),
    deleteMany: async (keys) => keys.map((key) => map.delete(key)).some(Boolean),
  }
}

export interface EarWorld {
  readonly fake: DiscordFake
  readonly intake: EarIntake
  readonly store: ReturnType<typeof mapStore>
  /** Log lines from warn on, as texts. */
  readonly complaints: string[]
  listening: Listening
  /** Another process: the same store and inbox, everything else anew. */
  restart(): Promise<void>
  until<T>(check: () => T, withinMs?: number): Promise<NonNullable<T>>
  close(): Promise<void>
}

export interface EarOptions {
  readonly fake?: DiscordFakeOptions
  readonly token?: string
  readonly followUps?: boolean
  readonly byRole?: boolean
  readonly patience?: { readonly silence?: number; readonly ready?: number }
  readonly start?: false
}

/** Real discord.js, connected to the fake, with a hand-made engine behind it. */
export async function earWorld(options: EarOptions = {}): Promise<EarWorld> {
  const fake = await startDiscordFake(options.fake)
  const intake = earIntake()
  const store = mapStore()
  const complaints: string[] = []
  const clock = systemClock()
  const log = pino(
    { level: 'warn' },
    { write: (line: string) => void complaints.push((JSON.parse(line) as { msg: string }).msg) },
  )
  const buckets = createBuckets()
  const make = () =>
    createListening({
      buckets,
      byRole: options.byRole ?? false,
      token: options.token ?? fake.token,
      apiUrl: fake.apiUrl,
      followUps: options.followUps ?? true,
      store,
      wire: createWire({ token: fake.token, apiUrl: fake.apiUrl, clock, log, buckets }),
      clock,
      chance: { random: () => 0.5 },
      log,
      onInteraction: () => undefined,
      gateway: {
        pauses: { first: 20, longest: 100 },
        throttler: { waitForIdentify: async () => undefined },
        ...(options.patience && { patience: options.patience }),
      },
    })
  const world: EarWorld = {
    fake,
    intake,
    store,
    complaints,
    listening: make(),
    restart: async () => {
      await world.listening.stop()
      world.listening = make()
      await world.listening.start(intake, AbortSignal.timeout(5_000))
    },
    until: async (check, withinMs = 4_000) => {
      const end = performance.now() + withinMs
      for (;;) {
        const value = check()
        if (value !== false && value !== null && value !== undefined) return value
        if (performance.now() > end) throw new Error(`not so within ${withinMs} ms: ${check.toString()}`)
        await clock.sleep(5)
      }
    },
    close: async () => {
      await world.listening.stop()
      await fake.close()
    },
  }
  if (options.start !== false) await world.listening.start(intake, AbortSignal.timeout(5_000))
  return world
}

export const messageOf = (event: InboundEvent | undefined): MessageHeard => {
  if (event?.kind !== 'message') throw new Error(`not a message: ${event?.kind}`)
  return event
}
