import { type IIdentifyThrottler, SimpleIdentifyThrottler } from '@discordjs/ws'
import type { Client } from 'discord.js'
import type { GatewayDispatchPayload } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import { connect, type Ended } from './connection.ts'
import { SetupError, type Trouble, withoutContent } from './start-words.ts'
import type { Patience } from './watchdog.ts'

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

  const session = (attempted: () => void): Promise<Ended> =>
    connect({
      ...parts,
      content,
      pauses,
      throttlerFor: (concurrency) => {
        throttler ??= new SimpleIdentifyThrottler(concurrency)
        return throttler
      },
      made: (mine) => {
        client = mine
      },
      say,
      attempted,
      byChance,
      signal: over.signal,
    })

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
