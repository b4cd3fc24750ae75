import { afterEach, describe, expect, it } from 'vitest'
import type { SentBefore } from '../../src/ports/platform.ts'
import {
  channel,
  type Desk,
  desk,
  inChannel,
  inDirect,
  inThread,
  refused,
  root,
  type Script,
  signal,
  withVia,
} from './slack-desk.ts'

const since = 1_795_151_320_000
const sent: SentBefore = { nonce: 'n1', index: 0, since, markdown: '**Hello** you, <world>' }
const ts = (seconds: number) => `${since / 1_000 + seconds}.000100`
const message = (seconds: number, more: object = {}) => ({
  ts: ts(seconds),
  user: 'U0BOT',
  bot_id: 'B0BOT',
  text: 'Hello',
  ...more,
})
const meta = (nonce: string) => ({ metadata: { event_type: 'parley_answer', event_payload: { nonce } } })
const page = (messages: readonly object[], cursor?: string): Script => ({
  body: {
    ok: true,
    messages,
    ...(cursor ? { has_more: true, response_metadata: { next_cursor: cursor } } : {}),
  },
})

describe('Looking for a message on Slack whose send was not confirmed', () => {
  let world: Desk
  const find = async (script: Script | readonly Script[], given = sent, place = inThread) => {
    world = await desk({ 'conversations.replies': script, 'conversations.history': script })
    return world.platform.find(given, place, signal)
  }
  afterEach(() => world?.close())

  it('knows it by the nonce in its metadata', async () => {
    expect(await find(page([message(-60), message(1, meta('n0')), message(2, meta('n1'))]))).toEqual({
      channel,
      id: ts(2),
    })
    expect(world.calls()).toMatchObject([
      { method: 'conversations.replies', args: { channel, ts: root, include_all_metadata: 'true' } },
    ])
  })

  it('looks at the top level where the channel is the conversation', async () => {
    await find(page([]), sent, inChannel)
    expect(world.methods()).toEqual(['conversations.history'])
  })

  it('can’t know of words for one person, which stand in no history', async () => {
    expect(await find(page([]), { ...sent, privateTo: 'U7' })).toBe('unknown')
    expect(world.methods()).toEqual([])
  })

  it('looks further back', async () => {
    expect(await find([page([message(1, meta('n0'))], 'next'), page([message(2, meta('n1'))])])).toEqual({
      channel,
      id: ts(2),
    })
    expect(world.calls()[1]?.args.cursor).toBe('next')
  })

  it('is certain that there is none where nothing of Parley’s stands there since', async () => {
    const others = [message(-60), message(3, { user: 'U1', bot_id: undefined }), message(4, meta('n0'))]
    expect(await find(page(others))).toBe(null)
  })

  it('knows a stream, which has no metadata, by its beginning', async () => {
    const streamed = message(2, { text: '*Hello* you, &lt;wor' })
    expect(await find(page([message(1, { text: 'Something else' }), streamed]), sent, inDirect)).toEqual({
      channel: 'D0001',
      id: ts(2),
    })
  })

  it('leaves out the other messages of the answer', async () => {
    const others = [{ channel, id: ts(1) }]
    expect(await find(page([message(1), message(2)]), { ...sent, others })).toEqual({ channel, id: ts(2) })
  })

  it('can’t tell where two fit, or where it is not known since when', async () => {
    expect(await find(page([message(1), message(2)]))).toBe('unknown')
    await world.close()
    const { since: _, ...whenever } = sent
    expect(await find(page([message(1)]), whenever)).toBe('unknown')
  })

  it('can’t tell what one person was shown, and what may not be read', async () => {
    expect(await find(page([]), sent, withVia(inThread, { private: true }))).toBe('unknown')
    await world.close()
    expect(await find(refused('missing_scope'))).toBe('unknown')
  })

  it.each<[string, Script]>([
    ['is limited', { status: 429 }],
    ['fails', { status: 500 }],
  ])('does not say where Slack %s', async (_, script) => {
    await expect(find(script)).rejects.toThrow()
  })
})
