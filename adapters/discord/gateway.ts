import { type IIdentifyThrottler, SimpleIdentifyThrottler } from '@discordjs/ws'
import type { Client } from 'discord.js'
import type { GatewayDispatchPayload } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import { within } from '../../src/within.ts'
import { createClient } from './client.ts'
import { createShards } from './shards.ts'
import { SetupError, type Trouble, troubleOfClose, troubleOfLogin, withoutContent } from './start-words.ts'
import { createTrials } from './trials.ts'
import { createWatchdog, type Patience, patience as usualPatience } from './watchdog.ts'

export interface GatewayParts {
  readonly token: string
  /** REST's base without the version; null = Discord's own. */
  readonly apiUrl: string | null
  /** Ask for the content of messages that don't mention the bot. */
  readonly followUps: boolean
  readonly clock: Clock
  readonly chance: Pick<Chance, 'random'>
  readonly log: Logger
  /** Every dispatch as it came, before discord.js has worked on it. Must not throw. */
  readonly hear: (packet: GatewayDispatchPayload, shard: number) => void
  /** Shorter times, for tests. */
  readonly patience?: Partial<Patience>
  readonly pauses?: { readonly first: number; readonly longest: number }
  readonly throttler?: IIdentifyThrottler
}

export interface Gateway {
  /**
   * Resolves when connected, or when Discord could not be reached for now (it goes on trying). Rejects with words
   * when only a person can mend it, or with the signal's reason.
   */
  start(signal: AbortSignal): Promise<void>
  stop(): Promise<void>
  state(): GatewayState
  /** Whether messages come with their content when they don't mention the bot. */
  content(): boolean
  /** discord.js as it is now, for its caches; another after a silent connection. */
  client(): Client | null
}

export type GatewayState = 'connecting' | 'connected' | 'closed'

/** Milliseconds for all shards to say farewell. */
const farewell = 5_000

/** Keeps one discord.js Client connected for as long as it lasts, and makes the next. */
export function createGateway(parts: GatewayParts): Gateway {
  const { clock, log } = parts
  const pauses = parts.pauses ?? { first: 1_000, longest: 60_000 }
  const over = new AbortController()
  let content = parts.followUps
  let state: GatewayState = 'connecting'
  let client: Client | null = null
  let running: Promise<void> = Promise.resolve()
  let throttler = parts.throttler ?? null

  function say(next: GatewayState, words: string): void {
    if (state !== next) log.info(words)
    state = next
  }

  /** Half of it by chance: many bots behind one outage must not come back at the same moment. */
  const byChance = (ms: number): number => ms * (0.5 + parts.chance.random() / 2)

  /** Connects and stays until it ends. `attempted` is told when it stands or can't for now. */
  async function session(attempted: () => void): Promise<{ end: Trouble; stood: boolean }> {
    const ended = Promise.withResolvers<Trouble>()
    const gone = new AbortController()
    const watchdog = createWatchdog(clock, { ...usualPatience, ...parts.patience })
    const trials = createTrials(clock, pauses)
    let stood = false

    /** Gives one shard another socket, after a pause; its session goes on if Discord still knows it, and so do the others. */
    function mend(shard: number, words: string): void {
      const { wait, leave } = trials.next(shard)
      log.warn(`No connection to Discord: ${words}. Trying again in ${Math.ceil(wait / 1000)} s.`)
      attempted()
      say('connecting', 'No longer connected to Discord')
      shards.drop(shard, leave)
      const ms = byChance(wait)
      watchdog.renew(shard, ms)
      clock.sleep(ms, gone.signal).then(
        () => shards.renew(shard),
        () => undefined, // all of it is over
      )
    }

    const shards = createShards({
      spawned: watchdog.expect,
      heard: watchdog.heard,
      session: (shard, stands) => {
        watchdog.session(shard, stands !== null)
        trials.session(shard, stands)
        if (!watchdog.allReady()) return
        stood = true
        say('connected', 'Connected to Discord')
        attempted()
      },
      closed: (shard, code) => {
        say('connecting', `Discord’s gateway closed shard ${shard} (code ${code}): connecting again`)
        const trouble = troubleOfClose(code, content)
        if (trouble) ended.resolve(trouble)
        else if (trials.closed(shard)) mend(shard, `Discord’s gateway closes each connection (code ${code})`)
      },
      failed: (shard, error) =>
        log.warn({ err: error, shard }, 'discord.js failed over a packet or a socket'),
    })
    const mine = createClient({
      apiUrl: parts.apiUrl,
      content,
      buildStrategy: shards.build,
      throttlerFor: (concurrency) => {
        throttler ??= new SimpleIdentifyThrottler(concurrency)
        return throttler
      },
    })
    client = mine
    mine.on('raw', (packet: GatewayDispatchPayload, shard: number) => parts.hear(packet, shard))
    mine.on('error', (error) => log.warn({ err: error }, 'discord.js failed'))
    const leave = (): void => ended.resolve({ kind: 'passing', words: 'stopping' })
    over.signal.addEventListener('abort', leave, { once: true })
    mine.login(parts.token).catch((error: unknown) => ended.resolve(troubleOfLogin(error, clock.now())))
    // The shards are known only after REST has answered; that has a limit of its own.
    const watch = async (): Promise<void> => {
      for (;;) {
        const { shard, words } = await watchdog.bite(gone.signal)
        mend(shard, words)
      }
    }
    watch().catch((error: unknown) => {
      if (!gone.signal.aborted) log.error({ err: error }, 'Nobody watches the connection to Discord')
    })
    const end = await ended.promise
    over.signal.removeEventListener('abort', leave)
    gone.abort(new Error('The connection is over'))
    mine.removeAllListeners('raw')
    shards.retire()
    if (state === 'connected') say('connecting', 'No longer connected to Discord')
    await within({ clock, limit: farewell }, () => mine.destroy()).catch((error: unknown) =>
      log.warn({ err: error }, 'A connection to Discord did not close in time; it is left to die'),
    )
    return { end, stood }
  }

  async function run(first: PromiseWithResolvers<void>): Promise<void> {
    let pause = pauses.first
    let started = false
    const attempted = (): void => {
      started = true
      first.resolve()
    }
    while (!over.signal.aborted) {
      const { end, stood } = await session(attempted)
      if (over.signal.aborted) break
      if (stood) pause = pauses.first
      if (end.kind === 'refused') {
        say('closed', 'No connection to Discord')
        // At the start that is an error of the start. Later others are being answered elsewhere: they are not cut off.
        log.error(started ? `${end.words} ${awayWords}` : end.words)
        first.reject(new SetupError(end.words))
        return
      }
      if (end.kind === 'intents') {
        content = false
        log.warn(withoutContent)
        continue
      }
      const wait = end.kind === 'sessions' ? Math.max(0, end.until - clock.now()) + 1_000 : pause
      log.warn(wordsOf(end, wait))
      attempted()
      const ms = end.kind === 'sessions' ? wait : byChance(wait)
      await clock.sleep(ms, over.signal).catch(() => undefined) // stopped: the loop ends
      if (end.kind !== 'sessions') pause = Math.min(pause * 2, pauses.longest)
    }
    say('closed', 'Disconnected from Discord')
  }

  return {
    start: async (signal) => {
      signal.throwIfAborted()
      const first = Promise.withResolvers<void>()
      const abort = (): void => {
        first.reject(signal.reason)
        over.abort(signal.reason)
      }
      signal.addEventListener('abort', abort, { once: true })
      running = run(first)
      running.catch((error: unknown) => first.reject(error))
      try {
        await first.promise
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    stop: async () => {
      over.abort(new Error('Parley is stopping'))
      await running
    },
    state: () => state,
    content: () => content,
    client: () => client,
  }
}

const awayWords = 'Parley stays away from Discord until it is started again; everything else goes on.'

function wordsOf(end: Exclude<Trouble, { kind: 'refused' | 'intents' }>, wait: number): string {
  if (end.kind === 'sessions')
    return `Discord lets this bot start no more sessions today: it was started too often. Parley connects again at ${new Date(end.until).toISOString()}.`
  return `No connection to Discord: ${end.words}. Trying again in ${Math.ceil(wait / 1000)} s.`
}
