import { expect, it } from 'vitest'
import { homeView, settingsActionId } from '../../adapters/slack/interactions/home-view.ts'
import { suggestions } from '../../adapters/slack/interactions/prompts.ts'
import type { Overview } from '../../src/ports/intake.ts'
import { ids, interactionsWorld, press, submission, type World } from './slack-interactions-world.ts'

const overview: Overview = {
  model: 'gpt-6-luna',
  persona: 'Be brief & kind, <!channel>.\n```\ncode\n```',
  direct: true,
  today: { spent: 0.123, limit: 1, shared: null, until: Date.UTC(2026, 10, 21) },
}

const home = { type: 'app_home_opened', user: ids.ann, channel: ids.dm, tab: 'home', event_ts: '1.2' }
const chat = { ...home, tab: 'messages' }

const methods = (world: World): string[] => world.calls.map(({ request }) => request.method)

interface View {
  readonly private_metadata: string
  readonly blocks: readonly object[]
}
const published = (world: World): View => world.calls.at(-1)?.request.args.view as View

it('Home shows today’s usage, the model and the instructions', async () => {
  const world = interactionsWorld()
  world.overviews = async () => overview
  await world.event(home)
  expect(world.calls[0]?.request).toMatchObject({
    team: ids.team,
    method: 'views.publish',
    args: { user_id: ids.ann, view: { type: 'home' } },
  })
  const words = JSON.stringify(published(world).blocks)
  for (const part of [
    '$0.12 today',
    '$1.00 a day',
    'gpt-6-luna',
    'Be brief &amp; kind',
    '/ask',
    '/parley help',
  ])
    expect(words).toContain(part)
  expect(words).not.toMatch(/<[!@#](?!date)/)
  expect(words).not.toMatch(/https?:/)
})

it('Home says who answers: the model in use, or nobody yet', () => {
  const introOf = (model: string) => JSON.stringify(homeView({ ...overview, model }, ids.dm).blocks[1])
  expect(introOf('qwen-5`<!here>')).toContain("`qwen-5'&lt;!here&gt;`")
  expect(introOf('qwen-5')).not.toContain('OpenAI')
  expect(introOf('rehearsal')).toMatch(/nobody thinks/i)
})

it('Home is silent on direct messages where they are switched off', async () => {
  const world = interactionsWorld()
  world.overviews = async () => ({ ...overview, direct: false })
  await world.event(home)
  const words = JSON.stringify(published(world).blocks)
  expect(words).toContain('$0.12 today')
  expect(words).toContain('/ask')
  expect(words).not.toMatch(/direct messages|Messages tab|Model:|Change/)
})

it.each([
  [0.05, 1, /of \$1\.00 a day\. Of the budget for everybody here \$0\.05 is left\. The next day begins/],
  [0, 1, /of \$1\.00 a day\. The budget for everybody here is used up\. The next day begins/],
  [0, null, /today\. The budget for everybody here is used up\. The next day begins/],
])('Home tells of the budget for all, where less of it is left (%s)', async (shared, limit, words) => {
  const world = interactionsWorld()
  world.overviews = async () => ({ ...overview, today: { ...overview.today, limit, shared } })
  await world.event(home)
  expect(JSON.stringify(published(world).blocks)).toMatch(words)
})

it('nothing is published again while it would say the same, also after a restart', async () => {
  const world = interactionsWorld()
  world.overviews = async () => overview
  await world.event(home)
  const view = published(world)
  world.restart()
  await world.event({ ...home, view })
  expect(methods(world)).toEqual(['views.publish'])
  world.overviews = async () => ({ ...overview, model: 'gpt-6-sol' })
  await world.event({ ...home, view })
  expect(methods(world)).toEqual(['views.publish', 'views.publish'])
})

it('opened twice at once it is published once', async () => {
  const world = interactionsWorld()
  world.overviews = async () => {
    await world.clock.sleep(100)
    return overview
  }
  await Promise.all([world.event(home), world.event(home)])
  await world.clock.runUntilIdle()
  expect(methods(world)).toEqual(['views.publish'])
})

it('who may not use Parley is told so, and no more', async () => {
  const world = interactionsWorld()
  await world.event(home)
  expect(JSON.stringify(published(world).blocks)).toMatch(/can’t use me here/)
  expect(JSON.stringify(published(world).blocks)).not.toMatch(/gpt|\$/)
})

it('views keep to Slack’s limits with any settings', () => {
  for (const persona of ['', '&'.repeat(4_000), '```'.repeat(1_000), '\ud83d'.repeat(600)])
    for (const spent of [0, 0.001, 1e6]) {
      const { blocks } = homeView(
        { ...overview, model: '`<&'.repeat(200), persona, today: { ...overview.today, spent, limit: null } },
        ids.dm,
      )
      for (const block of blocks as { text?: { text: string } }[]) {
        expect(block.text?.text.length).toBeGreaterThan(0)
        expect(block.text?.text.length).toBeLessThanOrEqual(3_000)
      }
      expect(JSON.stringify(blocks)).not.toMatch(/\\ud83d(?!\\ud)/)
    }
})

it('what goes wrong with Home is logged, and the event is not delivered again for it', async () => {
  const world = interactionsWorld()
  world.overviews = async () => {
    throw new Error('disk full')
  }
  await world.event(home)
  world.overviews = async () => overview
  world.replies = async () => ({ kind: 'refused', error: 'not_enabled', messages: [] })
  await world.event(home)
  expect(world.logged.filter((line) => line.includes('Home could not be shown'))).toHaveLength(2)
})

it('its button opens the settings of the direct messages, and Home shows what came of it', async () => {
  const world = interactionsWorld()
  world.overviews = async () => overview
  world.forms = async () => ({
    title: 'Settings',
    fields: [{ name: 'model', label: 'Model', lines: 'one', value: 'a', longest: 100, required: false }],
  })
  await world.hear(
    'action',
    press(
      '',
      {},
      {
        channel: null,
        message: null,
        response_url: undefined,
        container: { type: 'view', view_id: 'V1' },
        actions: [
          { type: 'button', action_id: settingsActionId, value: ids.dm, action_ts: '1795151319.000000' },
        ],
      },
    ),
  )
  expect(world.acks).toHaveLength(1)
  const [form] = world.calls
  if (form === undefined) throw new Error('No form was opened')
  expect(form.request.method).toBe('views.open')
  await world.hear('view', submission(form.request, { model: 'gpt-6-sol' }))
  expect(world.heard[0]).toMatchObject({
    kind: 'command',
    name: 'settings',
    options: { model: 'gpt-6-sol' },
    place: { conversation: { workspace: ids.team, channel: ids.dm }, direct: true },
  })
  expect(methods(world)).toEqual(['views.open'])
  await world.clock.runUntilIdle()
  expect(methods(world)).toEqual(['views.open', 'views.publish'])
})

it('a button in Home that names no direct message opens nothing', async () => {
  const world = interactionsWorld()
  const action = { type: 'button', action_id: settingsActionId, value: ids.channel, action_ts: '1.2' }
  await world.hear('action', press('', {}, { actions: [action] }))
  expect(world.calls).toEqual([])
  expect(world.acks).toHaveLength(1)
})

it.each([
  ['who may not use Parley', null],
  ['who may not write to it directly', { ...overview, direct: false }],
])('a new chat of somebody %s gets no suggestions', async (_, shown) => {
  const world = interactionsWorld()
  world.overviews = async () => shown
  await world.event(chat)
  expect(world.calls).toEqual([])
})

it('a new chat gets suggestions, without a thread; opened again soon, no others', async () => {
  const world = interactionsWorld()
  world.overviews = async () => overview
  await world.event(chat)
  await world.event(chat)
  expect(world.calls.map(({ request }) => request)).toEqual([
    {
      team: ids.team,
      method: 'assistant.threads.setSuggestedPrompts',
      args: { channel_id: ids.dm, title: expect.stringMatching(/\w/), prompts: suggestions },
    },
  ])
  expect(suggestions.length).toBeLessThanOrEqual(4)
  await world.clock.advance(60_000)
  await world.event(chat)
  expect(world.calls).toHaveLength(2)
})

it('Slack’s former assistant view names its thread', async () => {
  const world = interactionsWorld()
  world.overviews = async () => overview
  const thread = { user_id: ids.ann, context: {}, channel_id: ids.dm, thread_ts: '1795151300.000001' }
  await world.event({ type: 'assistant_thread_started', assistant_thread: thread })
  await world.event({ type: 'assistant_thread_context_changed', assistant_thread: thread })
  expect(world.calls.map(({ request }) => request.args.thread_ts)).toEqual(['1795151300.000001'])
})

it('Slack’s own Stop reaches the conversation of its thread', async () => {
  const world = interactionsWorld()
  const stop = {
    type: 'agent_session_stopped',
    user: ids.ann,
    channel: ids.dm,
    thread_ts: '1795151300.000001',
    event_ts: '1795151320.000001',
  }
  await world.event({ ...stop, streaming_message_ts: [ids.answer] })
  await world.event({ ...stop, streaming_message_ts: [] })
  expect(world.heard).toMatchObject([
    {
      kind: 'stop',
      id: 'stopped:Ev0001',
      by: { id: ids.ann },
      answer: { channel: ids.dm, id: ids.answer },
      place: { conversation: { channel: ids.dm, thread: '1795151300.000001' }, direct: true },
    },
    { kind: 'stop', answer: null, place: { conversation: { thread: '1795151300.000001' } } },
  ])
})

it('a Stop that could not be taken in is to be delivered again', async () => {
  const world = interactionsWorld()
  world.admits = async () => {
    throw new Error('disk full')
  }
  const stop = { type: 'agent_session_stopped', user: ids.ann, channel: ids.dm, thread_ts: '1.2' }
  await expect(world.event(stop)).rejects.toThrow('disk full')
})

it('events that make no sense are done with', async () => {
  const world = interactionsWorld()
  for (const type of ['app_home_opened', 'assistant_thread_started', 'agent_session_stopped', 'other'])
    await world.event({ type })
  await world.event({ type: 'agent_session_stopped', channel: ids.dm, thread_ts: '1.2' })
  expect(world.heard).toEqual([])
  expect(world.calls).toEqual([])
})

it('in an organisation’s channel it is Parley’s own installation that counts', async () => {
  const world = interactionsWorld()
  world.overviews = async () => overview
  await world.event(chat, {
    team_id: 'T0OTHER001',
    authorizations: [{ team_id: ids.team, enterprise_id: null, is_bot: true }],
  })
  expect(world.calls[0]?.request.team).toBe(ids.team)
})
