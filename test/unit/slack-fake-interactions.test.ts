import type { App } from '@slack/bolt'
import type { HomeView, ModalView } from '@slack/types'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { boltOf, clientOf, outcome } from '../fakes/slack/client.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'

let slack: SlackFake
let app: App
let now: number
beforeEach(async () => {
  now = 1_790_000_000_000
  slack = await startSlackFake({ now: () => now })
  app = boltOf(slack)
  await app.start()
})
afterEach(async () => {
  await app.stop()
  await slack.close()
})

const plain = (text: string) => ({ type: 'plain_text', text }) as const
const form = (about: Partial<ModalView> = {}): ModalView => ({
  type: 'modal',
  callback_id: 'ask',
  title: plain('Ask'),
  submit: plain('Send'),
  blocks: [
    {
      type: 'input',
      block_id: 'prompt',
      label: plain('Prompt'),
      element: { type: 'plain_text_input', action_id: 'text' },
    },
    {
      type: 'input',
      block_id: 'model',
      label: plain('Model'),
      element: {
        type: 'static_select',
        action_id: 'choice',
        options: ['a', 'b'].map((value) => ({ text: plain(`Model ${value}`), value })),
        initial_option: { text: plain('Model a'), value: 'a' },
      },
    },
  ],
  ...about,
})

describe('the fake Slack’s interactions', () => {
  it('open a form by a shortcut, take what is filled in, and tell of errors', async () => {
    const ann = slack.team.person({ name: 'Ann' })
    const asked = ann.says(slack.team.channel(), 'text')
    app.shortcut('ask_about_this', async ({ ack, body, client }) => {
      await ack()
      await client.views.open({ trigger_id: body.trigger_id, view: form() })
    })
    const heard: unknown[] = []
    app.view('ask', async ({ ack, view }) => {
      heard.push(view.state.values)
      if (heard.length === 1) await ack({ response_action: 'errors', errors: { prompt: 'More!' } })
      else await ack()
    })
    const interaction = await ann.shortcut(asked, 'ask_about_this').answered()
    const view = await slack.until(() => interaction.modal())
    expect(view.title).toBe('Ask')
    await expect(ann.submits(view, {})).rejects.toThrow('must be filled in')
    expect((await ann.submits(view, { Prompt: 'x' })).errors).toEqual({ prompt: 'More!' })
    expect(ann.modal()).not.toBeNull()
    expect((await ann.submits(view, { Prompt: 'x', model: 'Model b' })).errors).toBeNull()
    expect(ann.modal()).toBeNull()
    expect(heard[1]).toMatchObject({
      prompt: { text: { value: 'x' } },
      model: { choice: { selected_option: { value: 'b' } } },
    })
  })

  it('refuse views that Slack would refuse, and triggers that are old or used', async () => {
    const ann = slack.team.person({ name: 'Ann' })
    const client = clientOf(slack)
    const trigger = () => ann.globalShortcut('x').triggerId
    const open = (trigger_id: string, about: Partial<ModalView> = {}) =>
      outcome(client.views.open({ trigger_id, view: form(about) }))
    expect(await open(trigger(), { title: plain('x'.repeat(25)) })).toBe('invalid_arguments')
    expect(await open(trigger(), { private_metadata: 'x'.repeat(3_001) })).toBe('invalid_arguments')
    expect(await open('made-up')).toBe('invalid_trigger_id')
    const used = trigger()
    expect(await open(used)).toBe('ok')
    expect(await open(used)).toBe('exchanged_trigger_id')
    const old = trigger()
    now += 3_001
    expect(await open(old)).toBe('expired_trigger_id')
  })

  it('bring presses of buttons and thumbs with their message', async () => {
    const ann = slack.team.person({ name: 'Ann' })
    const channel = slack.team.channel()
    const heard: unknown[] = []
    app.action(/.*/, async ({ ack, action, body, respond }) => {
      await ack()
      heard.push({ ...action, ts: 'message' in body ? body.message?.ts : null })
      if (heard.length === 1) await respond({ replace_original: true, text: 'stopped' })
    })
    const button = (value: string) => ({ text: plain(value), value })
    const { ts } = await clientOf(slack).chat.postMessage({
      channel: channel.id,
      text: 'answer',
      blocks: [
        {
          type: 'context_actions',
          elements: [
            {
              type: 'feedback_buttons',
              action_id: 'thumbs',
              positive_button: button('good'),
              negative_button: button('bad'),
            },
          ],
        },
        {
          type: 'actions',
          elements: [{ type: 'button', action_id: 'stop', text: plain('Stop'), value: 'v' }],
        },
      ],
    })
    const message = { ts: ts!, channel: channel.id, team: slack.team.id, thread: null }
    expect(slack.message(message)).toMatchObject({ feedback: true, buttons: [{ text: 'Stop', value: 'v' }] })
    await ann.feedback(message, 'down').answered()
    await slack.until(() => slack.message(message)?.text === 'stopped')
    expect(heard).toMatchObject([{ action_id: 'thumbs', value: 'bad', ts }])
    expect(() => ann.presses(message, 'Stop')).toThrow('no such button')
  })

  it('show what was published to the Home tab, prompts and status', async () => {
    const ann = slack.team.person({ name: 'Ann' })
    const client = clientOf(slack)
    const view: HomeView = {
      type: 'home',
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: 'Hello' } }],
    }
    app.event('app_home_opened', async ({ event }) => {
      if (event.tab === 'home') await client.views.publish({ user_id: event.user, view })
      else
        await client.apiCall('assistant.threads.setSuggestedPrompts', {
          channel_id: event.channel,
          prompts: [{ title: 'a', message: 'b' }],
        })
    })
    ann.opensHome()
    ann.opensMessages()
    await slack.until(() => ann.home())
    await slack.until(() => slack.prompts(ann.dm).length === 1)
    const asked = ann.says('dm', 'hi')
    await client.apiCall('assistant.threads.setStatus', {
      channel_id: ann.dm.id,
      thread_ts: asked.ts,
      status: 'is thinking…',
    })
    expect(slack.status(ann.dm, asked)).toBe('is thinking…')
    now += 120_000
    expect(slack.status(ann.dm, asked)).toBeNull()
  })

  it('let a response_url be used five times within half an hour', async () => {
    const ann = slack.team.person({ name: 'Ann' })
    app.command('/ask', ({ ack }) => ack())
    const { responseUrl } = await ann.slash(slack.team.channel({ member: false }), '/ask').answered()
    const post = async (body: unknown) =>
      (await fetch(responseUrl, { method: 'POST', body: JSON.stringify(body) })).status
    expect(await post({ markdown_text: 'x' })).toBe(400)
    for (let count = 0; count < 5; count++) expect(await post({ text: 'x' })).toBe(200)
    expect(await post({ text: 'x' })).toBe(404)
    const other = await ann.slash('dm', '/ask').answered()
    now += 30 * 60_000
    expect((await fetch(other.responseUrl, { method: 'POST', body: '{"text":"x"}' })).status).toBe(404)
  })

  it('end streams when somebody presses Slack’s own Stop', async () => {
    const ann = slack.team.person({ name: 'Ann' })
    const heard: unknown[] = []
    app.event('agent_session_stopped', async ({ event }) => {
      heard.push(event)
    })
    const asked = ann.says('dm', 'hi')
    const { ts } = await clientOf(slack).chat.startStream({
      channel: ann.dm.id,
      thread_ts: asked.ts,
      markdown_text: 'One',
    })
    ann.stopsSession('dm', asked)
    await slack.until(() => heard.length === 1)
    expect(heard).toMatchObject([{ thread_ts: asked.ts, streaming_message_ts: [ts], user: ann.id }])
    expect(slack.visible(asked)[1]!.isStreaming).toBe(false)
  })
})
