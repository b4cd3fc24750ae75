import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boltOf, clientOf, outcome } from '../fakes/slack/client.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'

let slack: SlackFake
beforeEach(async () => {
  slack = await startSlackFake()
})
afterEach(() => slack.close())

describe('the fake Slack', () => {
  it('carries a mention to Bolt and its answer back', async () => {
    const channel = slack.team.channel()
    const ann = slack.team.person({ name: 'Ann' })
    const app = boltOf(slack)
    app.event('app_mention', async ({ event, say }) => {
      await say({ text: 'Low tide.', thread_ts: event.ts })
    })
    await app.start()
    try {
      const asked = ann.says(channel, `<@${slack.team.bot.user}> which tide is it?`)
      await slack.until(() => slack.visible(asked).length === 2)
      expect(slack.visible(asked)[1]).toMatchObject({ text: 'Low tide.', fromBot: true, thread: asked.ts })
      await slack.until(() => slack.ledger.envelopes.every((one) => one.ackedAfterMs !== null))
      expect(slack.ledger.envelopes.map((one) => one.type).sort()).toEqual([
        'app_mention',
        'message',
        'message',
      ])
      expect(new Set(slack.ledger.envelopes.map((one) => one.eventId)).size).toBe(3)
    } finally {
      await app.stop()
    }
  })

  it('streams to a direct message and finds a stream that is over', async () => {
    const ann = slack.team.person({ name: 'Ann' })
    const asked = ann.says('dm', 'hi')
    const client = clientOf(slack)
    const begun = await client.chat.startStream({
      channel: ann.dm.id,
      thread_ts: asked.ts,
      markdown_text: 'One ',
    })
    const at = { channel: ann.dm.id, ts: begun.ts! }
    expect(slack.visible(asked)[1]).toMatchObject({ text: 'One ', isStreaming: true })
    await client.chat.appendStream({ ...at, chunks: [{ type: 'markdown_text', text: 'two.' }] })
    expect(await outcome(client.chat.update({ ...at, text: 'x' }))).toBe('streaming_state_conflict')
    await client.chat.stopStream(at)
    expect(slack.visible(asked)[1]).toMatchObject({ text: 'One two.', isStreaming: false, streamCalls: 3 })
    expect(await outcome(client.chat.appendStream({ ...at, markdown_text: 'x' }))).toBe(
      'message_not_in_streaming_state',
    )
    expect(await outcome(client.chat.update({ ...at, text: 'whole' }))).toBe('ok')
  })

  it('acknowledges a slash command and takes its response_url five times', async () => {
    const channel = slack.team.channel()
    const ann = slack.team.person({ name: 'Ann' })
    const app = boltOf(slack)
    app.command('/ask', async ({ ack, respond }) => {
      await ack({ response_type: 'in_channel' })
      await respond({ text: 'only you', response_type: 'ephemeral' })
    })
    await app.start()
    try {
      const asked = await ann.slash(channel, '/ask', 'why?').answered()
      await slack.until(() => asked.responses.length === 1)
      expect(slack.visible(channel).map((one) => one.text)).toEqual(['/ask why?'])
      expect(slack.visible(channel, { as: ann }).map((one) => one.text)).toEqual(['/ask why?', 'only you'])
    } finally {
      await app.stop()
    }
  })
})
