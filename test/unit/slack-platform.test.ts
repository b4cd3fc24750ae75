import { afterEach, describe, expect, it } from 'vitest'
import {
  answer,
  channel,
  type Desk,
  desk,
  dm,
  inChannel,
  inDirect,
  inThread,
  root,
  signal,
  team,
  withVia,
} from './slack-desk.ts'

describe('Slack as the engine sees it', () => {
  let world: Desk
  const at = async (...given: Parameters<typeof desk>) => {
    world = await desk(...given)
    return world
  }
  afterEach(() => world?.close())
  const ref = { channel, id: answer }

  it('declares what each call will spend', async () => {
    const { platform } = await at()
    const names = (...given: Parameters<typeof platform.budget>) =>
      platform.budget(...given).map(({ bucket }) => bucket)
    expect(names(inThread, 'send')).toEqual([
      `slack:${team}:chat.postMessage:${channel}`,
      `slack:${team}:chat.postMessage`,
    ])
    expect(names(inDirect, 'stream')).toEqual([`slack:${team}:chat.startStream`])
    expect(names(inThread, 'edit', ref)).toEqual([`slack:${team}:chat.update`])
    expect(names(inThread, 'open')).toEqual([])
    expect(names(inThread, 'rename')).toEqual([])
    expect(names(inDirect, 'rename')).toEqual([`slack:${team}:assistant.threads.setTitle`])
    expect(names(inThread, 'find')).toEqual([`slack:${team}:conversations.replies`])
    expect(names(inChannel, 'find')).toEqual([`slack:${team}:conversations.history`])
    expect(names(withVia(inChannel, { private: true }), 'send')).toEqual([`slack:${team}:chat.postEphemeral`])
  })

  it('opens a thread without a call, and gives it its title once in the background, in direct messages', async () => {
    const { platform, calls } = await at()
    const place = { ...inDirect, root: { channel: dm, id: root } }
    for (const _ of [1, 2])
      expect(await platform.openPlace(place, ' How to\nbake ', signal)).toEqual({
        kind: 'open',
        place: inDirect,
      })
    await platform.openPlace({ ...inThread, root: { channel, id: root } }, 'x', signal)
    await expect.poll(calls).toEqual([
      {
        method: 'assistant.threads.setTitle',
        args: { channel_id: dm, thread_ts: root, title: 'How to bake' },
      },
    ])
    expect((await platform.rename(inThread, 'y', signal)).kind).toBe('sent')
    expect(calls()).toHaveLength(1)
  })
})
