import { describe, expect, it } from 'vitest'
import type { WireRequest } from '../../adapters/slack/wire.ts'
import { done, ids, installation, interactionsWorld } from './slack-interactions-world.ts'

const thread = '1795151300.000001'
const reaction = (more: object = {}) => ({
  type: 'reaction_added',
  user: ids.ann,
  reaction: 'loud_sound',
  item_user: installation.botUser,
  item: { type: 'message', channel: ids.channel, ts: ids.answer },
  event_ts: '1795151400.000001',
  ...more,
})

function world() {
  const made = interactionsWorld()
  made.replies = async () => done({ messages: [{ ts: ids.answer, thread_ts: thread }] })
  return made
}

describe('🔊 on a message in Slack', () => {
  it('is the wish to hear it, in the conversation of its thread', async () => {
    const { heard, calls, event } = world()
    await event(reaction())
    expect(heard).toMatchObject([
      {
        kind: 'read_aloud',
        id: `reaction:${ids.channel}:${ids.answer}:${ids.ann}:loud_sound:1795151400.000001`,
        answer: { channel: ids.channel, id: ids.answer },
        by: { id: ids.ann },
        quiet: true,
        place: { conversation: { workspace: ids.team, channel: ids.channel, thread }, root: null },
      },
    ])
    expect(calls.map(({ request }) => [request.method, request.args.ts])).toEqual([
      ['conversations.replies', ids.answer],
    ])
  })

  it('is another wish when it is put there again, and the same when Slack tells of it twice', async () => {
    const { heard, event } = world()
    for (const event_ts of ['1795151400.000001', '1795151400.000001', '1795151500.000002'])
      await event(reaction({ event_ts }))
    const [first, again, later] = heard.map(({ id }) => id)
    expect([again === first, later === first]).toEqual([true, false])
  })

  it.each<[string, object]>([
    ['another emoji', { reaction: 'tada' }],
    ['🔈', { reaction: 'speaker' }],
    ['🔉', { reaction: 'sound' }],
    ['somebody else’s message', { item_user: ids.bob }],
    ['an app’s message', { item_user: null }],
    ['Parley’s own reaction', { user: installation.botUser }],
    ['a file', { item: { type: 'file', file: 'F1' } }],
    ['no message', { item: { type: 'message', channel: ids.channel, ts: 'x' } }],
  ])('is nothing where it is %s, and nobody is asked', async (_, more) => {
    const { heard, calls, event } = world()
    await event(reaction(more))
    expect(heard).toEqual([])
    expect(calls).toEqual([])
  })

  it('is nothing where a bot puts it there', async () => {
    const { heard, event } = world()
    await event(reaction({ user: 'USLACKBOT' }))
    expect(heard).toEqual([])
  })

  it('is nothing where the message is gone by then', async () => {
    const made = world()
    made.replies = async () => ({ kind: 'refused', error: 'thread_not_found', messages: [] })
    await made.event(reaction())
    made.replies = async () => done({ messages: [] })
    await made.event(reaction())
    expect(made.heard).toEqual([])
  })

  it('comes again where it could not be taken in', async () => {
    const made = world()
    const fine = made.replies
    made.replies = async (_: WireRequest) => ({ kind: 'unknown', cause: new Error('reset') })
    await expect(made.event(reaction())).rejects.toThrow('reset')
    made.replies = fine
    made.admits = async () => {
      throw new Error('the disk is full')
    }
    await expect(made.event(reaction())).rejects.toThrow('full')
  })
})
