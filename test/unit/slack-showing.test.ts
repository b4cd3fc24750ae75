import { afterEach, describe, expect, it } from 'vitest'
import {
  channel,
  type Desk,
  desk,
  how,
  inChannel,
  inDirect,
  inThread,
  part,
  refused,
  root,
  signal,
  team,
} from './slack-desk.ts'

const thinking = { kind: 'typing' } as const
const method = 'assistant.threads.setStatus'

describe('Showing that an answer is coming on Slack', () => {
  let world: Desk
  let now = 0
  const at = async (scripts: Parameters<typeof desk>[0] = {}) => {
    now = 1_000
    world = await desk(scripts, { elapsed: () => now })
    return world
  }
  afterEach(() => world?.close())
  const show = (place = inThread) => world.platform.show(place, thinking, signal)
  const spends = (call: 'show' | 'clear', place = inThread) => world.platform.budget(place, call).length

  it('shows it in the thread, and again only before Slack takes it away', async () => {
    const { calls } = await at()
    expect(spends('show')).toBe(1)
    await show()
    expect(spends('show')).toBe(0)
    now += 89_000
    await show()
    expect(calls()).toEqual([
      { method, args: { channel_id: channel, thread_ts: root, status: 'is thinking…' } },
    ])
    now += 1_000
    expect(spends('show')).toBe(1)
    await show()
    expect(calls()).toHaveLength(2)
  })

  it('takes it away only where no message did', async () => {
    const { platform, calls } = await at()
    await platform.show(inThread, null, signal)
    expect(calls()).toHaveLength(0)
    await show()
    expect(spends('clear')).toBe(1)
    await platform.show(inThread, null, signal)
    expect(calls()[1]?.args.status).toBe('')
    await show()
    await platform.send(inThread, part('hi'), how())
    expect(spends('clear')).toBe(0)
    await platform.show(inThread, null, signal)
    expect(calls().map(({ method }) => method)).toEqual([method, method, method, 'chat.postMessage'])
  })

  it('shows nothing at the top level of a channel', async () => {
    const { calls } = await at()
    expect(spends('show', inChannel)).toBe(0)
    expect(await show(inChannel)).toEqual({ kind: 'done' })
    expect(calls()).toEqual([])
  })

  it('tries no more for an hour where the scope is missing', async () => {
    const { calls } = await at({ [method]: refused('missing_scope', { needed: 'assistant:write' }) })
    expect(await show()).toMatchObject({ kind: 'forbidden' })
    expect(spends('show', inDirect)).toBe(0)
    await show(inDirect)
    expect(calls()).toHaveLength(1)
    now += 3_600_000
    await show(inDirect)
    expect(calls()).toHaveLength(2)
  })

  it('tries no more in a thread that refuses it, and goes on in the others', async () => {
    const { calls } = await at({ [method]: [refused('feature_not_enabled'), { body: { ok: true } }] })
    expect(await show()).toMatchObject({ kind: 'forbidden' })
    await show()
    expect(spends('show')).toBe(0)
    await show(inDirect)
    expect(calls().map(({ args }) => args.channel_id)).toEqual([channel, inDirect.conversation.channel])
  })

  it('reports a limit, and tries again', async () => {
    await at({ [method]: { status: 429, headers: { 'retry-after': '2' } } })
    expect(await show()).toEqual({ kind: 'limited', retryAfterMs: 2_000, bucket: `slack:${team}:${method}` })
    expect(spends('show')).toBe(1)
  })
})
