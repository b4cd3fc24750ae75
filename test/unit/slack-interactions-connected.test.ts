import pino from 'pino'
import { afterEach, expect, it } from 'vitest'
import { createSlack } from '../../adapters/slack/slack.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import type { CommandCalled, InboundEvent } from '../../src/ports/event.ts'
import type { Admission, Intake } from '../../src/ports/intake.ts'
import { startSlackFake } from '../fakes/slack/slack-fake.ts'

const closing: (() => Promise<unknown>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

/** The whole adapter with the real Bolt, WebClient and SocketModeClient against the fake; the engine only listens. */
async function connected() {
  const slack = await startSlackFake({})
  closing.push(() => slack.close())
  const heard: InboundEvent[] = []
  const engine = { admits: async (): Promise<Admission> => 'new' }
  const store = new Map<string, unknown>()
  const clock = systemClock()
  const { platform } = createSlack({
    botToken: slack.team.botToken,
    appToken: slack.appToken,
    signingSecret: null,
    oauth: null,
    apiUrl: slack.apiUrl,
    streaming: () => 'auto',
    store: {
      get: async <T>(key: string) => (store.get(key) ?? null) as T | null,
      getMany: async <T>(keys: readonly string[]) => keys.map((key) => (store.get(key) ?? null) as T | null),
      set: async (key: string, value: unknown) => void store.set(key, value),
      delete: async (key: string) => void store.delete(key),
    } as never,
    clock,
    chance: { random: () => 0.5, uuid: () => 'u' },
    log: pino({ enabled: false }),
    viaProxy: false,
    historyMs: 86_400_000,
  })
  const intake: Intake = {
    commands,
    admit: async (event) => {
      const admission = await engine.admits()
      if (admission === 'new') heard.push(event)
      return admission
    },
    place: async ({ platform, workspace, channel, thread, threadIfOpened, message, direct }) => ({
      conversation: {
        platform,
        workspace,
        channel,
        thread: thread ?? threadIfOpened ?? `reply:${message.id}`,
      },
      root: null,
      direct,
    }),
    follows: async () => false,
    suggest: async () => [],
    form: async (command) => ({
      title: 'Ask about this message, or change what holds in it',
      fields: [
        {
          name: command === 'settings' ? 'model' : 'prompt',
          label: 'What you want',
          lines: 'many',
          value: '',
          longest: 4000,
          required: command !== 'settings',
        },
      ],
    }),
    overview: async () => ({
      model: 'gpt-6-luna',
      persona: 'Be brief.',
      direct: true,
      today: { spent: 0, limit: 1, shared: null, until: 0 },
    }),
    paced: (_, call) => call(),
  }
  await platform.start(intake, new AbortController().signal)
  closing.push(() => platform.stop())
  const channel = slack.team.channel({ name: 'general' })
  const ann = slack.team.person({ name: 'Ann' })
  return { slack, platform, heard, engine, channel, ann }
}

it('a typed question is shown to all, and reaches the engine before Slack is told so', async () => {
  const { heard, channel, ann, slack, engine } = await connected()
  let first = true
  engine.admits = async () => {
    expect(slack.visible(channel)).toEqual([])
    if (!first) return 'full'
    first = false
    return 'new'
  }
  const asked = await ann.slash(channel, '/ask', 'why?').answered()
  expect(asked.ackBody).toEqual({ response_type: 'in_channel' })
  expect(heard).toMatchObject([{ kind: 'command', name: 'ask', options: { prompt: 'why?' } }])
  expect(slack.visible(channel).map(({ text }) => text)).toEqual(['/ask why?'])
  engine.admits = async () => 'full'
  await ann.slash(channel, '/ask', 'once more?').answered()
  expect(slack.visible(channel)).toHaveLength(1)
  expect(slack.visible(channel, { as: ann }).at(-1)).toMatchObject({ ephemeral: true })
})

it('help and unknown commands are seen by the caller alone', async () => {
  const { heard, channel, ann, slack } = await connected()
  await ann.slash(channel, '/parley', '').answered()
  await ann.slash(channel, '/parley', 'modle').answered()
  expect(slack.visible(channel)).toEqual([])
  expect(slack.visible(channel, { as: ann }).map(({ ephemeral }) => ephemeral)).toEqual([true, true])
  expect(heard).toEqual([])
})

it('a shortcut opens a form that Slack takes, and what is filled in comes with the message', async () => {
  const { heard, channel, ann, slack } = await connected()
  const message = ann.says(channel, 'The plan: <https://example.com|here> &amp; now')
  const asked = await ann.shortcut(message, 'parley.ask').answered()
  const form = await slack.until(() => asked.modal())
  // The form's own title is longer than Slack takes, and stands above the fields.
  expect(form.title).toBe('Parley')
  expect((await ann.submits(form, { prompt: 'what is it?' })).errors).toBeNull()
  const call = heard[0] as CommandCalled
  expect(call).toMatchObject({
    options: { prompt: 'what is it?' },
    place: { conversation: { thread: message.ts } },
  })
  expect(call.quotes).toMatchObject([{ author: 'Ann', text: expect.stringContaining('& now') }])
})

it('a form that is not taken in says so beside its field, and can be sent again', async () => {
  const { heard, channel, ann, slack, engine } = await connected()
  const asked = await ann.slash(channel, '/ask', '').answered()
  const form = await slack.until(() => asked.modal())
  engine.admits = async () => 'full'
  expect((await ann.submits(form, { prompt: 'why?' })).errors).toMatchObject({
    prompt: expect.stringMatching(/\w/),
  })
  engine.admits = async () => 'new'
  expect((await ann.submits(form, { prompt: 'why?' })).errors).toBeNull()
  expect(heard).toHaveLength(1)
})

it('buttons under an answer, pressed in its thread, carry its conversation; a thumb is thanked for', async () => {
  const { heard, channel, ann, slack, platform } = await connected()
  const message = ann.says(channel, 'why?')
  const conversation = {
    platform: 'slack',
    workspace: slack.team.id,
    channel: channel.id,
    thread: message.ts,
  }
  const sent = await platform.send(
    { conversation, root: null, direct: false },
    { markdown: 'because', state: 'done', controls: ['regenerate', 'thumbs'] },
    { nonce: 'n', index: 0, signal: new AbortController().signal },
  )
  if (sent.kind !== 'sent') throw new Error(sent.kind)
  const answer = { team: slack.team.id, channel: channel.id, ts: sent.ref.id, thread: message.ts }
  await ann.presses(answer, 'parley.regenerate').answered()
  await ann.feedback(answer, 'up').answered()
  const inThread = () => slack.visible(channel, { thread: message, as: ann })
  await slack.until(() => inThread().some(({ ephemeral, text }) => ephemeral && text === 'Thanks, noted.'))
  expect(heard).toMatchObject([
    { kind: 'regenerate', answer: sent.ref, place: { conversation }, by: { id: ann.id } },
    { kind: 'feedback', answer: sent.ref, thumb: 'up', place: { conversation } },
  ])
  expect(slack.visible(channel, { thread: message, as: ann }).some(({ text }) => text === 'because')).toBe(
    true,
  )
})

it('Home is published as Slack takes it, once, and its button opens the settings of the direct messages', async () => {
  const { heard, ann, slack } = await connected()
  ann.opensHome()
  await slack.until(() => ann.home())
  ann.opensHome()
  const pressed = await ann.presses('home', 'Change').answered()
  const form = await slack.until(() => pressed.modal())
  expect((await ann.submits(form, { model: 'gpt-6-sol' })).errors).toBeNull()
  expect(heard).toMatchObject([
    {
      name: 'settings',
      options: { model: 'gpt-6-sol' },
      place: { direct: true, conversation: { channel: ann.dm.id } },
    },
  ])
  expect(slack.ledger.calls.filter(({ method }) => method === 'views.publish')).toHaveLength(1)
})

it('a new chat has suggestions', async () => {
  const { ann, slack } = await connected()
  ann.opensMessages()
  await slack.until(() => slack.prompts(ann.dm).length > 0 || null)
  expect(slack.prompts(ann.dm).length).toBeLessThanOrEqual(4)
})

it('Slack’s own Stop reaches the engine', async () => {
  const { heard, ann, slack } = await connected()
  const message = ann.says('dm', 'why?')
  ann.stopsSession('dm', message)
  await slack.until(() => heard.find(({ kind }) => kind === 'stop'))
  expect(heard.find(({ kind }) => kind === 'stop')).toMatchObject({
    by: { id: ann.id },
    place: { conversation: { channel: ann.dm.id, thread: message.ts }, direct: true },
  })
})

it('🔊 on an answer, in a thread or at its top, says which conversation is to be heard', async () => {
  const { heard, channel, ann, slack, platform } = await connected()
  const asked = ann.says(channel, 'When is low tide?')
  // Slack takes one a second in each.
  const other = slack.team.channel({ name: 'harbour' })
  const post = (thread: string, { id } = channel) =>
    platform.send(
      {
        conversation: { platform: 'slack', workspace: slack.team.id, channel: id, thread },
        root: null,
        direct: false,
      },
      { markdown: 'At noon.', state: 'done', controls: [] },
      { nonce: `n${thread}`, index: 0, signal: new AbortController().signal },
    )
  await post(asked.ts)
  await post('', other)
  const [reply] = slack.visible(asked).filter(({ fromBot }) => fromBot)
  const [top] = slack.visible(other).filter(({ fromBot }) => fromBot)
  ann.reacts(asked, 'loud_sound')
  ann.reacts(reply!, 'tada')
  ann.reacts(reply!, 'loud_sound')
  await slack.until(() => heard.length === 1)
  ann.reacts(top!, 'loud_sound')
  await slack.until(() => heard.length === 2)
  expect(heard).toMatchObject([
    {
      kind: 'read_aloud',
      quiet: true,
      answer: { channel: channel.id, id: reply?.ts },
      place: { conversation: { thread: asked.ts } },
      by: { id: ann.id },
    },
    { kind: 'read_aloud', answer: { id: top?.ts }, place: { conversation: { thread: top?.ts } } },
  ])
  expect(slack.ledger.refused()).toEqual([])
})

it('a clip in a direct message is a question, with its bytes and Slack’s transcript', async () => {
  const { heard, ann, platform } = await connected()
  const bytes = new TextEncoder().encode('a sound')
  const clip = { name: 'audio_message.m4a', bytes, subtype: 'slack_audio', seconds: 2.5 }
  ann.says('dm', '', { files: [{ ...clip, transcript: { begins: 'When is' } }] })
  await expect.poll(() => heard.length).toBe(1)
  const [question] = heard
  if (question?.kind !== 'message') throw new Error('no question')
  const [file] = question.files
  expect(file).toMatchObject({ type: 'audio/mp4', voice: { seconds: 2.5, transcript: 'When is …' } })
  const stream = await platform.download(file!, new AbortController().signal)
  expect(Buffer.from(await new Response(stream).arrayBuffer()).toString()).toBe('a sound')
})
