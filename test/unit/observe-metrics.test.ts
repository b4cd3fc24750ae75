import { describe, expect, it } from 'vitest'
import { createMetrics } from '../../src/observe/metrics.ts'
import type { TurnTrace } from '../../src/observe/trace.ts'

const turn: TurnTrace = {
  turn: 't',
  platform: 'web',
  workspace: 'w',
  channel: 'c',
  thread: '',
  asked: ['m'],
  attempt: 1,
  state: 'ended',
  model: 'gpt-6-luna',
  admittedAt: 1_000,
  claimedAt: 1_000,
  modelCalledAt: 1_010,
  firstTokenAt: 1_300,
  firstShownAt: 1_400,
  lastTokenAt: 3_000,
  finalShownAt: 3_200,
  sends: 1,
  edits: 2,
  limited: 0,
  inputTokens: 100,
  cachedTokens: 40,
  outputTokens: 20,
  costUsd: 0.002,
  outcome: 'answered',
  error: null,
  requestId: null,
}

describe('the metrics', () => {
  it('count the cost of every model under its own name, once', async () => {
    const metrics = createMetrics()
    metrics.bought('gpt-transcribe', 3_000_000)
    metrics.turnEnded({ ...turn, costUsd: 0.005, boughtUsd: 0.003 })
    const { text } = await metrics.text()
    expect(text).toContain('parley_model_cost_usd_total{model="gpt-transcribe"} 0.003')
    expect(text).toContain('parley_model_cost_usd_total{model="gpt-6-luna"} 0.002')
  })

  it('count what was recorded before and after the library was loaded', async () => {
    const metrics = createMetrics()
    metrics.turnEnded(turn)
    metrics.platformCalled('web', 'edit', 'sent')
    await metrics.warm()
    metrics.turnEnded({ ...turn, outcome: 'stopped' })
    metrics.turnEnded(turn)
    const { text, contentType } = await metrics.text()
    expect(contentType).toContain('text/plain')
    expect(text).toContain('parley_turns_total{platform="web",outcome="answered"} 2')
    expect(text).toContain('parley_turns_total{platform="web",outcome="stopped"} 1')
    expect(text).toContain('parley_platform_calls_total{platform="web",call="edit",outcome="sent"} 1')
    expect(text).toContain('parley_model_tokens_total{model="gpt-6-luna",kind="cached"} 120')
    expect(text).toContain('parley_first_token_seconds_count{platform="web"} 3')
    expect(text).toContain('parley_final_lag_seconds_bucket{le="0.25",platform="web"} 3')
    expect(text).toContain('nodejs_eventloop_lag_seconds')
  })

  it('ask the inbox for its depth at each scrape, and do without when it fails', async () => {
    const metrics = createMetrics()
    let depth = { waiting: 3, claimed: 1, dead: 0 }
    metrics.watchInbox(async () => {
      if (depth.waiting < 0) throw new Error('database is gone')
      return depth
    })
    expect((await metrics.text()).text).toContain('parley_inbox_events{state="waiting"} 3')
    depth = { ...depth, waiting: 7 }
    expect((await metrics.text()).text).toContain('parley_inbox_events{state="waiting"} 7')
    depth = { ...depth, waiting: -1 }
    const { text } = await metrics.text()
    expect(text).not.toContain('parley_inbox_events{')
    expect(text).toContain('parley_turns_total')
  })

  it('keep the series few, whatever models people name', async () => {
    const metrics = createMetrics()
    for (let i = 0; i < 80; i++) metrics.turnEnded({ ...turn, model: `model-${i}` })
    const { text } = await metrics.text()
    expect(text.match(/^parley_model_cost_usd_total\{/gm)).toHaveLength(51)
    expect(text).toContain('parley_model_tokens_total{model="other",kind="input"} 3000')
  })
})
