import type { IIdentifyThrottler } from '@discordjs/ws'
import type { Client } from 'discord.js'
import type { GatewayDispatchPayload } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import { within } from '../../src/within.ts'
import { createClient } from './client.ts'
import { createShards } from './shards.ts'
import { isOfClose, type Trouble, troubleOfClose, troubleOfLogin } from './start-words.ts'
import { createTrials } from './trials.ts'
import { createWatchdog, type Patience, patience as usualPatience } from './watchdog.ts'

export interface ConnectionParts {
  readonly token: string
  /** REST's base without the version; null = Discord's own. */
  readonly apiUrl: string | null
  /** Ask for the content of messages that don't mention the bot. */
  readonly content: boolean
  readonly clock: Clock
  readonly log: Logger
  readonly hear: (packet: GatewayDispatchPayload, shard: number) => void
  readonly patience?: Partial<Patience>
  /** Milliseconds. */
  readonly pauses: { readonly first: number; readonly longest: number }
  /** `concurrency`: sessions that Discord lets begin at the same time. */
  readonly throttlerFor: (concurrency: number) => IIdentifyThrottler
  readonly made: (client: Client) => void
  readonly say: (state: 'connecting' | 'connected', words: string) => void
  /** It stands, or can't for now. */
  readonly attempted: () => void
  /** Another length of a pause, of the same order. */
  readonly byChance: (ms: number) => number
  /** Ends it. */
  readonly signal: AbortSignal
}

/** Why it ended, and whether it ever stood. */
export interface Ended {
  readonly end: Trouble
  readonly stood: boolean
}

/** Milliseconds for all shards to say farewell. */
const farewell = 5_000

/** One discord.js Client, from its login to its end. A shard of it that fails is given another socket. */
export async function connect(parts: ConnectionParts): Promise<Ended> {
  const { clock, log, pauses, content, say, byChance } = parts
  const ended = Promise.withResolvers<Trouble>()
  const gone = new AbortController()
  const watchdog = createWatchdog(clock, { ...usualPatience, ...parts.patience })
  const trials = createTrials(clock, pauses)
  let stood = false

  /** Gives one shard another socket, after a pause; its session goes on if Discord still knows it, and so do the others. */
  function mend(shard: number, words: string): void {
    const { wait, leave } = trials.next(shard)
    log.warn(`No connection to Discord: ${words}. Trying again in ${Math.ceil(wait / 1000)} s.`)
    parts.attempted()
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
      parts.attempted()
    },
    closed: (shard, code) => {
      say('connecting', `Discord’s gateway closed shard ${shard} (code ${code}): connecting again`)
      const trouble = troubleOfClose(code, content)
      if (trouble) ended.resolve(trouble)
      else if (trials.closed(shard)) mend(shard, `Discord’s gateway closes each connection (code ${code})`)
    },
    failed: (shard, error) => {
      if (!isOfClose(error)) log.warn({ err: error, shard }, 'discord.js failed over a packet or a socket')
    },
  })
  const mine = createClient({
    apiUrl: parts.apiUrl,
    content,
    buildStrategy: shards.build,
    throttlerFor: parts.throttlerFor,
  })
  parts.made(mine)
  mine.on('raw', (packet: GatewayDispatchPayload, shard: number) => parts.hear(packet, shard))
  mine.on('error', (error) => log.warn({ err: error }, 'discord.js failed'))
  const leave = (): void => ended.resolve({ kind: 'passing', words: 'stopping' })
  parts.signal.addEventListener('abort', leave, { once: true })
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
  parts.signal.removeEventListener('abort', leave)
  gone.abort(new Error('The connection is over'))
  mine.removeAllListeners('raw')
  shards.retire()
  say('connecting', 'No longer connected to Discord')
  await within({ clock, limit: farewell }, () => mine.destroy()).catch((error: unknown) =>
    log.warn({ err: error }, 'A connection to Discord did not close in time; it is left to die'),
  )
  return { end, stood }
}
