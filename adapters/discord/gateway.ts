import { type IIdentifyThrottler, SimpleIdentifyThrottler } from '@discordjs/ws'
import type { Client } from 'discord.js'
import type { GatewayDispatchPayload } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import { within } from '../../src/within.ts'
import { createClient } from './client.ts'
import { createShards } from './shards.ts'
import { type Trouble, troubleOfClose, troubleOfLogin, withoutContent } from './start-words.ts'
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

/** discord.js begins again after half a second, as often as it likes; after so many failures in a row we pause longer. */
const closesInARow = 6
/** Milliseconds for all shards to say farewell. */
const farewell = 5_000

type End = Trouble | { readonly kind: 'silent'; readonly words: string }

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

  /** Connects and stays until it ends. `attempted` is told when it stands or can't for now. */
  async function session(attempted: () => void): Promise<{ end: End; stood: boolean }> {
    const ended = Promise.withResolvers<End>()
    const gone = new AbortController()
    const watchdog = createWatchdog(clock, { ...usualPatience, ...parts.patience })
    let stood = false
    let closes = 0
    const shards = createShards({
      spawned: watchdog.expect,
      heard: watchdog.heard,
      session: (shard, stands) => {
        watchdog.session(shard, stands)
        if (stands) closes = 0
        if (!watchdog.allReady()) return
        stood = true
        say('connected', 'Connected to Discord')
        attempted()
      },
      closed: (shard, code) => {
        say('connecting', `Discord’s gateway closed shard ${shard} (code ${code}): connecting again`)
        const trouble = troubleOfClose(code, content)
        if (trouble) ended.resolve(trouble)
        else if (++closes >= closesInARow)
          ended.resolve({ kind: 'passing', words: `Discord’s gateway closes each connection (code ${code})` })
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
    watchdog.bite(gone.signal).then(
      (words) => ended.resolve({ kind: 'silent', words }),
      () => undefined, // called off
    )
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
    while (!over.signal.aborted) {
      const { end, stood } = await session(() => first.resolve())
      if (over.signal.aborted) break
      if (stood) pause = pauses.first
      if (end.kind === 'refused') {
        say('closed', 'No connection to Discord')
        log.error(end.words)
        first.reject(new Error(end.words))
        return
      }
      if (end.kind === 'intents') {
        content = false
        log.warn(withoutContent)
        continue
      }
      const wait = end.kind === 'sessions' ? Math.max(0, end.until - clock.now()) + 1_000 : pause
      log.warn(wordsOf(end, wait))
      first.resolve()
      // Half of it by chance: many bots behind one outage must not come back at the same moment.
      const ms = end.kind === 'sessions' ? wait : wait * (0.5 + parts.chance.random() / 2)
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

function wordsOf(end: Exclude<End, { kind: 'refused' | 'intents' }>, wait: number): string {
  if (end.kind === 'sessions')
    return `Discord lets this bot start no more sessions today: it was started too often. Parley connects again at ${new Date(end.until).toISOString()}.`
  return `No connection to Discord: ${end.words}. Trying again in ${Math.ceil(wait / 1000)} s.`
}
