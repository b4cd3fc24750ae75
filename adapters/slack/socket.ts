import { SocketModeClient } from '@slack/socket-mode'
import type { Logger } from 'pino'
import { getGlobalDispatcher } from 'undici'
import type { Clock } from '../../src/ports/clock.ts'
import { within } from '../../src/within.ts'
import type { Body } from './app.ts'
import { sdkLogger } from './sdk-log.ts'
import { guardMessages, type Hello } from './socket-messages.ts'
import { socketModeOff, type Trouble, troubleOfOpening } from './start-words.ts'

export interface SocketTiming {
  /** Milliseconds from asking for an address to Slack's hello. */
  readonly opening: number
  /** Without a pong, or a ping from Slack, for so long a connection is dead. */
  readonly pong: number
  readonly ping: number
  /** For the farewell. */
  readonly closing: number
  /** How long an old connection stays beside its successor at most. */
  readonly overlap: number
}

export const socketTiming: SocketTiming = {
  opening: 30_000,
  pong: 10_000,
  ping: 30_000,
  closing: 2_000,
  overlap: 8_000,
}

export interface SocketParts {
  /** Secret. */
  readonly appToken: string
  /** null = Slack's own. */
  readonly apiUrl: string | null
  /** Whether the machine's proxy settings hold. */
  readonly viaProxy: boolean
  readonly clock: Clock
  readonly log: Logger
  readonly timing: SocketTiming
  /** Something Slack said. `acknowledge` rejects when the connection is gone. */
  readonly hear: (body: Body, acknowledge: (answer?: unknown) => Promise<void>) => void
}

/** One connection, from its opening to its end. */
export interface Socket {
  /** Slack said hello; null: it never did. */
  readonly opened: Promise<Hello | null>
  /** Slack asks for another connection in its place, which it closes soon. */
  readonly leaving: Promise<void>
  /** Why it ended. */
  readonly ended: Promise<Trouble>
  /** Ends it. Resolves when it is closed, or given up. */
  close(): Promise<void>
}

/** Opens one connection by the SDK's client, which is used for one only: it loses its way over failures of the next. */
export function openSocket(parts: SocketParts): Socket {
  const { clock, log, timing } = parts
  const over = new AbortController()
  const opened = Promise.withResolvers<Hello | null>()
  const leaving = Promise.withResolvers<void>()
  const ended = Promise.withResolvers<Trouble>()
  let hello: Hello | null = null
  const client = new SocketModeClient({
    appToken: parts.appToken,
    autoReconnectEnabled: false,
    clientPingTimeout: timing.pong,
    serverPingTimeout: timing.ping,
    logger: sdkLogger(log),
    clientOptions: {
      ...(parts.apiUrl !== null && { slackApiUrl: parts.apiUrl }),
      // Left out, the SDK tries a hundred times.
      retryConfig: { retries: 0 },
      rejectRateLimitedCalls: true,
      timeout: timing.opening,
      // Without it a client that is closed while it asks for an address connects afterwards.
      fetch: (url, init) =>
        fetch(url, {
          ...init,
          signal: AbortSignal.any([over.signal, ...(init?.signal ? [init.signal] : [])]),
        }),
    },
    // The one that the machine's proxy settings were given to; the SDK's own goes to Slack directly.
    ...(parts.viaProxy && { dispatcher: getGlobalDispatcher() }),
  })

  guardMessages(client, {
    hello: (said) => {
      hello = said
    },
    disconnect: (reason) => {
      if (reason === 'link_disabled') {
        end({ kind: 'switched_off', words: socketModeOff })
        return
      }
      log.debug({ reason }, 'Slack asks for another connection')
      leaving.resolve()
    },
  })
  client.on('connected', () => opened.resolve(hello ?? { app: null }))
  client.on('disconnected', () => end({ kind: 'passing', words: 'the connection was closed' }))
  client.on('slack_event', ({ body, ack }: { body: Body; ack: (answer?: unknown) => Promise<void> }) =>
    parts.hear(body, ack),
  )

  function end(why: Trouble): void {
    if (over.signal.aborted) return
    over.abort(new Error('The connection is over'))
    opened.resolve(null)
    ended.resolve(why)
  }

  async function open(): Promise<void> {
    try {
      await within({ clock, limit: timing.opening, signal: over.signal }, () => client.start())
    } catch (error) {
      // Closed meanwhile: told already.
      end(troubleOfOpening(error))
      await farewell()
    }
  }

  let leave: Promise<void> | null = null
  /** Said twice where it must be: the second time the SDK does not wait for the peer. */
  function farewell(): Promise<void> {
    const bye = (): Promise<void> => within({ clock, limit: timing.closing }, () => client.disconnect())
    leave ??= bye()
      .catch(bye)
      .catch((error: unknown) =>
        log.warn({ err: error }, 'A connection to Slack did not close; it is left to die'),
      )
    return leave
  }

  void open()
  void ended.promise.then(farewell)

  return {
    opened: opened.promise,
    leaving: leaving.promise,
    ended: ended.promise,
    close: async () => {
      end({ kind: 'passing', words: 'closed by Parley' })
      await farewell()
    },
  }
}
