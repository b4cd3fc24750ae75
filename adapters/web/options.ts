import type { Logger } from 'pino'
import type { Direct, DirectSounds } from '../../src/conversation/direct-port.ts'
import type { TraceFeed } from '../../src/observe/trace.ts'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import type { ModelInfo } from '../../src/ports/model.ts'
import type { Store } from '../../src/ports/store.ts'
import type { WebRoute } from '../../src/ports/web-route.ts'

export interface WebOptions {
  readonly host: string
  /** 0 takes a free port. */
  readonly port: number
  /** None on a loopback host: open to this machine. None elsewhere: closed, with the reason. */
  readonly apiKeys: readonly string[]
  readonly corsOrigins: readonly string[] | '*'
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Logger
  /** Where the playground's attachments lie; made with mode 0700 if absent. */
  readonly filesDir: string
  /** How long the playground's messages and their attachments are kept. */
  readonly historyMs: number
  readonly direct: Direct
  readonly sounds: DirectSounds
  readonly models: (signal: AbortSignal) => Promise<readonly ModelInfo[]>
  readonly defaultModel: string
  readonly health: (signal: AbortSignal) => Promise<Health>
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>
  readonly traces: TraceFeed
  readonly version: string
  /** As /health names it: `OpenAI`, `rehearsal`. */
  readonly provider: string
  readonly mode: 'live' | 'rehearsal'
  /** Other adapters' routes on this address: open to everybody, since each answers for its own safety. */
  readonly routes?: readonly WebRoute[]
  /** Absent = the defaults below. */
  readonly timing?: Partial<Timing>
}

export interface Health {
  readonly healthy: boolean
  readonly [detail: string]: unknown
}

/** All in milliseconds. */
export interface Timing {
  /** The longest pause in the middle of a request's body. */
  readonly bodyIdle: number
  /** The longest time for a whole body. */
  readonly bodyTotal: number
  /** A comment line on a quiet event stream, so that proxies keep it open. */
  readonly heartbeat: number
  /** A client that takes nothing for so long is given up. */
  readonly stalled: number
  /** The longest a lookup behind a GET may take (models, health). */
  readonly lookup: number
  /** How long running requests get when the server closes. */
  readonly drain: number
}

export const defaultTiming: Timing = {
  bodyIdle: 10_000,
  bodyTotal: 120_000,
  heartbeat: 15_000,
  stalled: 60_000,
  lookup: 10_000,
  drain: 1_500,
}
