import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { CallOutcome, InboxDepth, PlatformCall } from './metrics.ts'
import type { TurnTrace } from './trace.ts'

export interface Instruments {
  turnEnded(turn: TurnTrace): void
  platformCalled(platform: string, call: PlatformCall, outcome: CallOutcome): void
  bought(model: string, amount: number): void
}

/** Seconds; from an answer out of a cache to the longest a provider may think. */
const buckets = [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 120, 300]

/** People may name any model: beyond these the rest counts as `other`, so that the series stay few. */
const mostModels = 50

export function createInstruments(depth: () => Promise<InboxDepth | null>): {
  registry: Registry
  instruments: Instruments
} {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const counter = <L extends string>(name: string, help: string, labelNames: readonly L[]) =>
    new Counter({ name, help, labelNames, registers })
  const histogram = (name: string, help: string) =>
    new Histogram({ name, help, labelNames: ['platform'], buckets, registers })

  const turns = counter('parley_turns_total', 'Turns by how they ended', ['platform', 'outcome'])
  const firstToken = histogram('parley_first_token_seconds', 'From admission to the first token of the model')
  const firstShown = histogram('parley_first_shown_seconds', 'From admission to the first text people see')
  const finalShown = histogram('parley_final_shown_seconds', 'From admission to the final text')
  const finalLag = histogram('parley_final_lag_seconds', 'From the last token to the final text')
  const tokens = counter('parley_model_tokens_total', 'Tokens; cached ones are part of the input', [
    'model',
    'kind',
  ])
  const cost = counter('parley_model_cost_usd_total', 'What was paid to the provider, US dollars', ['model'])
  const calls = counter('parley_platform_calls_total', 'Calls to platforms by what became of them', [
    'platform',
    'call',
    'outcome',
  ])
  watch(registry, depth)
  const modelLabel = fewNames(mostModels)

  function turnEnded(turn: TurnTrace): void {
    const { platform } = turn
    turns.inc({ platform, outcome: turn.outcome ?? 'failed' })
    const observe = (to: typeof firstToken, from: number | null, until: number | null) => {
      if (from !== null && until !== null) to.observe({ platform }, Math.max(0, until - from) / 1_000)
    }
    observe(firstToken, turn.admittedAt, turn.firstTokenAt)
    observe(firstShown, turn.admittedAt, turn.firstShownAt)
    observe(finalShown, turn.admittedAt, turn.finalShownAt)
    observe(finalLag, turn.lastTokenAt, turn.finalShownAt)
    if (turn.model === null) return
    const model = modelLabel(turn.model)
    tokens.inc({ model, kind: 'input' }, turn.inputTokens)
    tokens.inc({ model, kind: 'cached' }, turn.cachedTokens)
    tokens.inc({ model, kind: 'output' }, turn.outputTokens)
    // What was bought besides is counted when it is booked, under its own model.
    cost.inc({ model }, Math.max(0, turn.costUsd - (turn.boughtUsd ?? 0)))
  }

  return {
    registry,
    instruments: {
      turnEnded,
      bought: (model, amount) => cost.inc({ model: modelLabel(model) }, amount / 1e9),
      platformCalled: (platform, call, outcome) => calls.inc({ platform, call, outcome }),
    },
  }
}

function watch(registry: Registry, depth: () => Promise<InboxDepth | null>): void {
  new Gauge({
    name: 'parley_inbox_events',
    help: 'Events in the inbox by state; absent while the database does not answer',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const now = await depth().catch(() => null)
      this.reset()
      if (now === null) return
      this.set({ state: 'waiting' }, now.waiting)
      this.set({ state: 'claimed' }, now.claimed)
      this.set({ state: 'dead' }, now.dead)
    },
  })
}

function fewNames(most: number): (name: string) => string {
  const seen = new Set<string>()
  return (name) => {
    if (seen.size < most) seen.add(name)
    return seen.has(name) ? name : 'other'
  }
}
