import type { Logger } from 'pino'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import { within } from '../../src/within.ts'
import { openSocket, type Socket, type SocketParts, type SocketTiming, socketTiming } from './socket.ts'
import { differentApps, SetupError, type Trouble } from './start-words.ts'
import { createTrials, type Pauses } from './trials.ts'

export type ConnectionState = 'connecting' | 'connected' | 'closed'

export interface SocketsParts extends Pick<SocketParts, 'appToken' | 'apiUrl' | 'viaProxy' | 'hear'> {
  readonly clock: Clock
  readonly chance: Pick<Chance, 'random'>
  readonly log: Logger
  /** The app (`A…`) that the bot's token belongs to; null = not known. */
  readonly app: () => string | null
  /** Connected, after `gap` milliseconds in which nothing was heard; null: for the first time. Must not throw. */
  readonly connected: (gap: number | null) => void
  /** Shorter times, for tests. */
  readonly timing?: Partial<SocketTiming>
  readonly pauses?: Pauses
}

export interface Sockets {
  /** Resolves when one connection stands. Rejects with words when only a person can mend it, or with the signal's reason. */
  start(signal: AbortSignal): Promise<void>
  /** Resolves when all are closed. */
  stop(): Promise<void>
  state(): ConnectionState
}

/** Slack sends each event to one of them, so that while one is replaced the other hears. At most ten are allowed (Slack's documents). */
const connections = 2
const awayWords = 'Parley stays away from Slack until it is started again; everything else goes on.'

/** Keeps several connections to Slack, each replaced before Slack closes it, and for as long as it takes when it is lost. */
export function createSockets(parts: SocketsParts): Sockets {
  const { clock, log } = parts
  const timing: SocketTiming = { ...socketTiming, ...parts.timing }
  const pauses = parts.pauses ?? { first: 1_000, longest: 60_000 }
  const over = new AbortController()
  const first = Promise.withResolvers<void>()
  first.promise.catch(() => undefined) // whoever starts it is told
  const open = new Set<Socket>()
  const leavers = new Set<Promise<void>>()
  let state: ConnectionState = 'connecting'
  /** `Clock.elapsed` since which nothing is heard; null: never anything was. */
  let deafSince: number | null = null
  let running: Promise<unknown> = Promise.resolve()

  const neverStood = (): boolean => state === 'connecting' && deafSince === null

  function stands(socket: Socket): void {
    open.add(socket)
    if (state === 'connected' || over.signal.aborted) return
    log.info('Connected to Slack')
    state = 'connected'
    parts.connected(deafSince === null ? null : clock.elapsed() - deafSince)
    first.resolve()
  }

  function fell(socket: Socket): void {
    if (!open.delete(socket) || open.size > 0 || state !== 'connected') return
    if (!over.signal.aborted) log.info('No longer connected to Slack')
    state = 'connecting'
    deafSince = clock.elapsed()
  }

  /** Only a person can mend it: at the start an error of the start, later others go on without Slack. */
  function giveUp(words: string): void {
    if (over.signal.aborted) return
    log.error(neverStood() ? words : `${words} ${awayWords}`)
    state = 'closed'
    first.reject(new SetupError(words))
    over.abort(new Error('Slack can’t be used as it is set up'))
  }

  /** Opens the next connection; null, with the trouble told, when it does not stand. */
  async function next(): Promise<Socket | Trouble> {
    const socket = openSocket({ ...parts, timing })
    const leave = (): void => void socket.close()
    over.signal.addEventListener('abort', leave, { once: true })
    void socket.ended.then(() => {
      over.signal.removeEventListener('abort', leave)
      fell(socket)
    })
    const hello = await socket.opened
    if (hello === null) return socket.ended
    const bot = parts.app()
    if (bot !== null && hello.app !== null && bot !== hello.app) {
      giveUp(differentApps(bot, hello.app))
      return socket.ended
    }
    stands(socket)
    return socket
  }

  /** One place among the connections, filled for as long as Parley runs. */
  async function keep(begun: () => void): Promise<void> {
    const trials = createTrials(pauses, parts.chance)
    let old: Socket | null = null
    while (!over.signal.aborted) {
      const made = await next()
      // Without a successor it stays for as long as Slack lets it.
      if (old !== null && 'opened' in made) {
        retire(old)
        old = null
      }
      begun()
      let why: Trouble | 'leaving'
      if ('opened' in made) {
        const stoodAt = clock.elapsed()
        why = await Promise.race([made.ended, made.leaving.then(() => 'leaving' as const)])
        trials.stood(clock.elapsed() - stoodAt)
        if (why === 'leaving') {
          old = made
          if (trials.mayReplace()) continue
          why = { kind: 'passing', words: 'Slack asks for another one each time' }
        }
      } else why = made
      if (over.signal.aborted) break
      if (why.kind === 'refused' || (why.kind === 'switched_off' && neverStood())) {
        giveUp(why.words)
        break
      }
      const wait = trials.next(why)
      log.warn(
        `A connection to Slack is missing: ${why.words}. Trying again in ${Math.ceil(wait / 1_000)} s.`,
      )
      await clock.sleep(wait, over.signal).catch(() => undefined) // stopped: the loop ends
    }
    if (old !== null) retire(old)
  }

  /** What is on its way to it may still come: it is left to Slack for a while. */
  function retire(socket: Socket): void {
    const leaving: Promise<void> = within(
      { clock, limit: timing.overlap, signal: over.signal },
      () => socket.ended,
    )
      .then(
        () => undefined,
        () => socket.close(),
      )
      .finally(() => leavers.delete(leaving))
    leavers.add(leaving)
  }

  /** The second is opened when the first stands, or could not be. */
  async function run(): Promise<void> {
    const kept: Promise<void>[] = []
    for (let count = 0; count < connections; count++) {
      const begun = Promise.withResolvers<void>()
      kept.push(keep(begun.resolve).finally(begun.resolve))
      await begun.promise
    }
    await Promise.all(kept)
    await Promise.all([...open].map((socket) => socket.close()))
    await Promise.all(leavers)
    if (state !== 'closed') log.info('Disconnected from Slack')
    state = 'closed'
  }

  return {
    start: async (signal) => {
      signal.throwIfAborted()
      const abort = (): void => {
        first.reject(signal.reason)
        over.abort(signal.reason)
      }
      signal.addEventListener('abort', abort, { once: true })
      running = run()
      running.catch((error: unknown) => first.reject(error))
      try {
        await first.promise
      } finally {
        signal.removeEventListener('abort', abort)
      }
    },
    stop: async () => {
      over.abort(new Error('Parley is stopping'))
      first.reject(over.signal.reason)
      await running
      state = 'closed'
    },
    state: () => state,
  }
}
