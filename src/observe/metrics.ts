import type { Registry } from 'prom-client'
import type { Reported } from '../ports/outcome.ts'
import type { CallKind } from '../ports/platform.ts'
import type { Instruments } from './instruments.ts'
import type { TurnTrace } from './trace.ts'

/** What Prometheus gets to see. Recording never waits and never fails. */
export interface Metrics {
  turnEnded(turn: TurnTrace): void
  platformCalled(platform: string, call: PlatformCall, outcome: CallOutcome): void
  /** A transcript, speech, a picture: nano-dollars. */
  bought(model: string, amount: number): void
  /** The queue's depth, asked for at each scrape. */
  watchInbox(depth: () => Promise<InboxDepth>): void
  /** The text for `GET /metrics`. */
  text(): Promise<{ text: string; contentType: string }>
  /** Loads the library; until then records wait. Best called once the start is over. */
  warm(): Promise<void>
}

export type PlatformCall = Exclude<CallKind, 'find'>
export type CallOutcome = Reported['kind']

export interface InboxDepth {
  readonly waiting: number
  readonly claimed: number
  readonly dead: number
}

/** Records kept until the library is loaded; further ones are dropped, which only a broken install can reach. */
const mostWaiting = 10_000

/** prom-client takes some 40 ms to load, which the start need not pay. */
export function createMetrics(): Metrics {
  const waiting: ((to: Instruments) => void)[] = []
  let loaded: { registry: Registry; instruments: Instruments } | null = null
  let loading: Promise<{ registry: Registry; instruments: Instruments }> | null = null
  let depth: (() => Promise<InboxDepth>) | null = null

  async function load() {
    const { createInstruments } = await import('./instruments.ts')
    loaded = createInstruments(() => depth?.() ?? Promise.resolve(null))
    for (const record of waiting.splice(0)) record(loaded.instruments)
    return loaded
  }
  function library() {
    loading ??= load()
    return loading
  }
  function record(write: (to: Instruments) => void): void {
    if (loaded) write(loaded.instruments)
    else if (waiting.length < mostWaiting) waiting.push(write)
  }

  return {
    turnEnded: (turn) => record((to) => to.turnEnded(turn)),
    platformCalled: (platform, call, outcome) => record((to) => to.platformCalled(platform, call, outcome)),
    bought: (model, amount) => record((to) => to.bought(model, amount)),
    watchInbox(ask) {
      depth = ask
    },
    async text() {
      const { registry } = await library()
      return { text: await registry.metrics(), contentType: registry.contentType }
    },
    async warm() {
      await library()
    },
  }
}
