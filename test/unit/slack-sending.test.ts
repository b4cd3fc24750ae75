import { afterEach, describe, expect, it } from 'vitest'
import { writeButtonId } from '../../adapters/slack/interactions/button-id.ts'
import type { Place } from '../../src/ports/event.ts'
import {
  answer,
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
  withVia,
  writing,
} from './slack-desk.ts'

describe('Sending to Slack', () => {
  let world: Desk
  const at = async (...given: Parameters<typeof desk>) => {
    world = await desk(...given)
    return world
  }
  afterEach(() => world?.close())
  const ref = { channel, id: answer }

  it('posts Markdown into the thread, with a plain text beside it, no previews, and its nonce', async () => {
    const { platform, calls } = await at()
    expect(await platform.send(inThread, part('**hi** <b>'), how())).toEqual({ kind: 'sent', ref })
    expect(calls()).toEqual([
      {
        method: 'chat.postMessage',
        args: {
          channel,
          thread_ts: root,
          text: '**hi** &lt;b&gt;',
          blocks: [{ type: 'markdown', text: '**hi** <b>' }],
          unfurl_links: 'false',
          unfurl_media: 'false',
          metadata: { event_type: 'parley_answer', event_payload: { nonce: 'n0' } },
        },
      },
    ])
  })

  it.each<[string, Place, string | undefined]>([
    ['the top level, where the channel is the conversation', inChannel, undefined],
    [
      'the top level for a chain of replies',
      { ...inThread, conversation: { ...inThread.conversation, thread: `reply:${root}` } },
      undefined,
    ],
    ['the thread of the message it replies to', { ...inChannel, replyTo: { channel, id: '9.9' } }, '9.9'],
  ])('goes to %s', async (_, place, thread) => {
    const { platform, calls } = await at()
    await platform.send(place, part('hi'), how())
    expect(calls()[0]?.args.thread_ts).toBe(thread)
    expect(calls()[0]?.args.channel).toBe(channel)
  })

  it('pings nobody, whatever the text says', async () => {
    const { platform, received } = await at()
    await platform.send(inThread, part('<!channel> <@U1> <#C1>'), how())
    await platform.edit(inThread, ref, part('<!here> <@U1>'), signal)
    const wired = received.map(({ raw }) => decodeURIComponent(raw)).join()
    expect(wired).toContain('<\u200B!channel>')
    expect(wired).not.toMatch(/<[!@#]/)
    expect(received[1]?.args).toMatchObject({ parse: 'none', link_names: 'false' })
  })

  it('puts buttons under the text, which carry their conversation', async () => {
    const { platform, calls } = await at()
    await platform.send(inThread, part('hi', { controls: ['regenerate', 'thumbs'] }), how())
    expect(calls()[0]?.args.blocks).toMatchObject([
      { type: 'markdown' },
      {
        type: 'actions',
        elements: [{ type: 'button', value: writeButtonId('regenerate', inThread.conversation) }],
      },
      {
        type: 'context_actions',
        elements: [
          {
            type: 'feedback_buttons',
            positive_button: { value: writeButtonId('up', inThread.conversation) },
            negative_button: { value: writeButtonId('down', inThread.conversation) },
          },
        ],
      },
    ])
  })

  it('edits and removes a message', async () => {
    const { platform, calls } = await at()
    expect(await platform.edit(inThread, ref, writing('more', { controls: ['stop'] }), signal)).toEqual({
      kind: 'sent',
      ref,
    })
    expect(await platform.remove(inThread, ref, signal)).toEqual({ kind: 'sent', ref })
    expect(calls()).toMatchObject([
      {
        method: 'chat.update',
        args: { channel, ts: answer, blocks: [{ type: 'markdown', text: 'more' }, { type: 'actions' }] },
      },
      { method: 'chat.delete', args: { channel, ts: answer } },
    ])
  })

  it('sends nothing that is too long, in bytes', async () => {
    const { platform, calls } = await at()
    expect(await platform.send(inThread, part('é'.repeat(4_501)), how())).toEqual({ kind: 'too_long' })
    expect(await platform.edit(inThread, ref, part('é'.repeat(4_501)), signal)).toEqual({ kind: 'too_long' })
    expect(calls()).toEqual([])
  })

  it.each([
    ['msg_too_long', { kind: 'too_long' }],
    ['msg_blocks_too_long', { kind: 'too_long' }],
    ['message_not_found', { kind: 'gone' }],
    ['thread_not_found', { kind: 'gone' }],
    ['edit_window_closed', { kind: 'fixed' }],
    ['cant_update_message', { kind: 'fixed' }],
    ['not_in_channel', { kind: 'forbidden', why: expect.stringContaining('/invite') }],
    ['is_archived', { kind: 'forbidden', why: expect.stringContaining('archived') }],
    ['fatal_error', { kind: 'unknown' }],
    ['token_revoked', { kind: 'not_sent' }],
    ['ratelimited', { kind: 'limited', retryAfterMs: 1_000 }],
    ['something_new', { kind: 'fixed' }],
  ])('reports %s as %o', async (error, outcome) => {
    const { platform } = await at({ 'chat.update': refused(error) })
    expect(await platform.edit(inThread, ref, part('x'), signal)).toMatchObject(outcome)
  })

  it.each([
    ['auto', ['stream', 'edit'], ['edit']],
    ['native', ['stream', 'edit'], ['stream', 'edit']],
    ['edits', ['edit'], ['edit']],
    ['off', [], []],
  ] as const)(
    'with streaming: %s grows by %j in direct messages and %j in channels',
    async (streaming, direct, shared) => {
      const { platform } = await at({}, { streaming: () => streaming })
      expect(platform.ways(inDirect)).toEqual(direct)
      expect(platform.ways(withVia(inThread))).toEqual(shared)
    },
  )
})
