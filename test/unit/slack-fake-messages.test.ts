import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOf, outcome } from '../fakes/slack/client.ts'
import { limited } from '../fakes/slack/faults.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'

let slack: SlackFake
let now: number
beforeEach(async () => {
  now = 1_790_000_000_000
  slack = await startSlackFake({ now: () => now })
})
afterEach(() => slack.close())

describe('the fake Slack’s messages', () => {
  it('refuses what Slack refuses, with the same words', async () => {
    const client = clientOf(slack)
    const { team } = slack
    const open = team.channel({ name: 'a' })
    const closed = team.channel({ name: 'b', member: false })
    const hidden = team.channel({ name: 'c', member: false, private: true })
    const old = team.channel({ name: 'd', archived: true })
    const post = (args: Record<string, unknown>) => outcome(client.apiCall('chat.postMessage', args))
    expect(await post({ channel: 'C404', text: 'x' })).toBe('channel_not_found')
    expect(await post({ channel: closed.id, text: 'x' })).toBe('not_in_channel')
    expect(await post({ channel: hidden.id, text: 'x' })).toBe('channel_not_found')
    expect(await post({ channel: old.id, text: 'x' })).toBe('is_archived')
    expect(await post({ channel: open.id })).toBe('no_text')
    now += 1_000
    expect(await post({ channel: open.id, text: 'x', thread_ts: '1.000001' })).toBe('thread_not_found')
    now += 1_000
    expect(await post({ channel: open.id, text: 'x', username: 'y' })).toBe('invalid_arguments')
    now += 1_000
    expect(await post({ channel: open.id, text: 'x', markdown_text: 'y' })).toBe('markdown_text_conflict')
    now += 1_000
    expect(await post({ channel: open.id, blocks: [{ type: 'markdown', text: 'x'.repeat(12_001) }] })).toBe(
      'invalid_blocks',
    )
    now += 1_000
    const two = [7_000, 7_000].map((length) => ({ type: 'markdown', text: 'x'.repeat(length) }))
    expect(await post({ channel: open.id, blocks: two })).toBe('msg_too_long')
    expect(slack.visible(open)).toEqual([])
    expect(slack.ledger.refused()).toHaveLength(10)
  })

  it('edits only the app’s own messages, and 4,000 characters of text', async () => {
    const client = clientOf(slack)
    const channel = slack.team.channel()
    const ann = slack.team.person({ name: 'Ann' })
    const asked = ann.says(channel, 'mine')
    expect(await outcome(client.chat.update({ channel: channel.id, ts: asked.ts, text: 'x' }))).toBe(
      'cant_update_message',
    )
    const { ts } = await client.chat.postMessage({ channel: channel.id, text: 'one', thread_ts: asked.ts })
    const at = { channel: channel.id, ts: ts! }
    expect(await outcome(client.chat.update({ ...at, text: 'x'.repeat(4_001) }))).toBe('msg_too_long')
    await client.chat.update({ ...at, text: 'two', blocks: [{ type: 'markdown', text: '**two**' }] })
    expect(slack.message(at)).toMatchObject({ text: '**two**', fallback: 'two', edits: 1, thread: asked.ts })
    expect(slack.message(at)!.history.map((one) => one.text)).toEqual(['one', '**two**'])
    await client.chat.delete(at)
    expect(slack.message(at)).toBeNull()
  })

  it('allows one post a second in a channel, and says how long to wait', async () => {
    const client = clientOf(slack)
    const channel = slack.team.channel()
    const other = slack.team.channel()
    expect(await outcome(client.chat.postMessage({ channel: channel.id, text: '1' }))).toBe('ok')
    expect(await outcome(client.chat.postMessage({ channel: other.id, text: '1' }))).toBe('ok')
    const again = await client.chat
      .postMessage({ channel: channel.id, text: '2' })
      .catch((error: unknown) => error)
    expect(again).toMatchObject({ retryAfter: 1 })
    now += 1_000
    expect(await outcome(client.chat.postMessage({ channel: channel.id, text: '2' }))).toBe('ok')
    expect(slack.ledger.limited()).toHaveLength(1)
  })

  it('allows a method so many calls in any minute, each workspace for itself', async () => {
    const begin = async (team = slack.team) => {
      const ann = team.person({ name: 'Ann' })
      const { ts } = ann.says('dm', 'hi')
      return outcome(clientOf(slack, team.botToken).chat.startStream({ channel: ann.dm.id, thread_ts: ts }))
    }
    for (let count = 0; count < 20; count++) {
      now += 1_000
      expect(await begin()).toBe('ok')
    }
    const other = slack.workspace()
    expect(await begin()).toBe('slack_webapi_rate_limited_error')
    expect(slack.ledger.limited()[0]!.retryAfter).toBe('41')
    expect(await begin(other)).toBe('ok')
    now += 41_000
    expect(await begin()).toBe('ok')
    expect(await begin()).toBe('slack_webapi_rate_limited_error')
  })

  it('gives history without replies, and metadata only when asked', async () => {
    const client = clientOf(slack)
    const channel = slack.team.channel()
    const ann = slack.team.person({ name: 'Ann' })
    const asked = ann.says(channel, 'root')
    ann.says(channel, 'later')
    const metadata = { event_type: 'parley_answer', event_payload: { nonce: 'n1' } }
    await client.chat.postMessage({ channel: channel.id, text: 'answer', thread_ts: asked.ts, metadata })
    const first = await client.conversations.history({ channel: channel.id, limit: 1 })
    expect(first.messages?.map((one) => one.text)).toEqual(['later'])
    const second = await client.conversations.history({
      channel: channel.id,
      limit: 1,
      cursor: first.response_metadata!.next_cursor!,
    })
    expect(second).toMatchObject({ has_more: false, messages: [{ text: 'root', reply_count: 1 }] })
    const plain = await client.conversations.replies({ channel: channel.id, ts: asked.ts })
    expect(plain.messages).toHaveLength(2)
    expect(plain.messages![1]).not.toHaveProperty('metadata')
    const told = await client.conversations.replies({
      channel: channel.id,
      ts: asked.ts,
      include_all_metadata: true,
    })
    expect(told.messages![1]).toMatchObject({ metadata })
    slack.team.withhold('channels:history')
    expect(await outcome(client.conversations.history({ channel: channel.id }))).toBe('missing_scope')
  })

  it('lets a stream live for five minutes, and shows others in a channel only how it begins', async () => {
    const client = clientOf(slack)
    const channel = slack.team.channel()
    const ann = slack.team.person({ name: 'Ann' })
    const bob = slack.team.person({ name: 'Bob' })
    const asked = ann.says(channel, 'go')
    const where = { channel: channel.id, thread_ts: asked.ts }
    expect(await outcome(client.chat.startStream(where))).toBe('missing_recipient_user_id')
    const { ts } = await client.chat.startStream({
      ...where,
      recipient_user_id: ann.id,
      recipient_team_id: ann.team,
      chunks: [{ type: 'markdown_text', text: 'One ' }],
    })
    const at = { channel: channel.id, ts: ts! }
    const task = { type: 'task_update', id: 't', title: 'Searching', status: 'in_progress' } as const
    await client.chat.appendStream({ ...at, chunks: [{ type: 'markdown_text', text: 'two' }, task] })
    expect(slack.visible(asked, { as: ann })[1]).toMatchObject({ text: 'One two', tasks: [task] })
    expect(slack.visible(asked, { as: bob })[1]!.text).toBe('One ')
    expect(await outcome(client.chat.appendStream({ ...at, markdown_text: 'x'.repeat(10_600) }))).toBe(
      'msg_too_long',
    )
    expect(
      await outcome(client.apiCall('chat.appendStream', { ...at, chunks: [{ type: 'text', text: 'x' }] })),
    ).toBe('invalid_chunks')
    now += 5 * 60_000
    expect(await outcome(client.chat.appendStream({ ...at, markdown_text: 'x' }))).toBe(
      'message_not_in_streaming_state',
    )
    expect(slack.visible(asked, { as: bob })[1]!.text).toBe('One two')
  })

  it('breaks as it is told to', async () => {
    const client = clientOf(slack)
    const channel = slack.team.channel()
    const post = () => {
      now += 1_000
      return outcome(client.chat.postMessage({ channel: channel.id, text: 'x' }))
    }
    slack.faults.next({ method: 'chat.postMessage' }, 'lose the reply')
    expect(await post()).toBe('slack_webapi_request_error')
    expect(slack.visible(channel)).toHaveLength(1)
    slack.faults.next({ method: 'chat.postMessage' }, 'refuse')
    expect(await post()).toBe('slack_webapi_request_error')
    slack.faults.next({ method: /^chat/ }, { error: 'fatal_error' })
    expect(await post()).toBe('fatal_error')
    slack.faults.next({}, { status: 503, body: '<html>busy</html>' })
    expect(await post()).toBe('slack_webapi_http_error')
    slack.faults.next({}, limited(60))
    expect(
      await client.chat.postMessage({ channel: channel.id, text: 'x' }).catch((error: unknown) => error),
    ).toMatchObject({ retryAfter: 60 })
    expect(slack.visible(channel)).toHaveLength(1)
    expect(slack.ledger.calls.map((one) => one.carriedOut)).toEqual([true, false, false, false, false])
  })

  it('knows whose token it is, and what it may do', async () => {
    const other = slack.workspace({ name: 'Pier' })
    expect(await clientOf(slack, other.botToken).auth.test()).toMatchObject({
      team_id: other.id,
      user_id: other.bot.user,
    })
    expect(await outcome(clientOf(slack, 'xoxb-wrong').auth.test())).toBe('invalid_auth')
    expect(await outcome(clientOf(slack, slack.appToken).auth.test())).toBe('not_allowed_token_type')
    const channel = slack.team.channel()
    expect(
      await outcome(clientOf(slack, other.botToken).chat.postMessage({ channel: channel.id, text: 'x' })),
    ).toBe('channel_not_found')
    slack.team.withhold('chat:write')
    const refused = await clientOf(slack)
      .chat.postMessage({ channel: channel.id, text: 'x' })
      .catch((error: unknown) => error)
    expect(refused).toMatchObject({ data: { error: 'missing_scope', needed: 'chat:write' } })
    other.uninstall()
    expect(await outcome(clientOf(slack, other.botToken).auth.test())).toBe('account_inactive')
  })
})
