import { expect, it } from 'vitest'
import {
  emptyWords,
  lostTargetWords,
  unknownCommandWords,
  unknownFormWords,
} from '../../adapters/slack/interactions/commands.ts'
import { tooManyFormsWords } from '../../adapters/slack/interactions/forms.ts'
import { shortcutsOf } from '../../adapters/slack/interactions/shortcuts.ts'
import type { WireRequest } from '../../adapters/slack/wire.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import type { Form } from '../../src/ports/command.ts'
import type { CommandCalled } from '../../src/ports/event.ts'
import {
  done,
  ids,
  interactionsWorld,
  responseUrl,
  shortcut,
  slash,
  submission,
  target,
  type World,
} from './slack-interactions-world.ts'

const promptForm: Form = {
  title: 'Ask about this message',
  fields: [
    {
      name: 'prompt',
      label: 'What you want to know',
      lines: 'many',
      value: '',
      longest: 4000,
      required: true,
    },
  ],
}

const settingsForm: Form = {
  title: 'This channel’s very own settings',
  fields: [
    { name: 'model', label: 'Model', lines: 'one', value: 'gpt-6-luna', longest: 100, required: false },
    {
      name: 'persona',
      label: 'Persona',
      lines: 'many',
      value: 'Be brief.\n',
      longest: 4000,
      required: false,
    },
  ],
}

function worldWith(form: Form): World {
  const world = interactionsWorld()
  world.forms = async () => form
  return world
}

const opened = (world: World): WireRequest => {
  const request = world.calls.find(({ request }) => request.method === 'views.open')?.request
  if (!request) throw new Error('No form was opened')
  return request
}

const call = (world: World) => world.heard[0] as CommandCalled | undefined

it('the manifest’s shortcuts are the commands in the menu of messages', () => {
  const shortcuts = shortcutsOf(commands)
  const entry = { type: 'message', description: expect.any(String) }
  expect(shortcuts).toContainEqual({ ...entry, name: 'Ask about this', callback_id: 'parley.ask' })
  expect(shortcuts).toContainEqual({ ...entry, name: 'Summarise', callback_id: 'parley.summarise' })
  expect(shortcuts.map(({ name }) => name)).toEqual(commands.flatMap(({ menu }) => menu ?? []))
})

it('a shortcut without a form brings the message along, and is answered in its thread', async () => {
  const world = interactionsWorld()
  await world.hear('shortcut', shortcut('parley.summarise'))
  expect(call(world)).toMatchObject({
    kind: 'command',
    name: 'summarise',
    options: {},
    quotes: [{ author: 'Bob', text: 'Look at this, @Ann: 1 < 2' }],
    files: [{ id: `${ids.team}/F0FILE0001`, name: 'plan.png', type: 'image/png', size: 12 }],
    place: { conversation: { channel: ids.channel, thread: ids.target } },
  })
  expect(world.acks.map(({ ack }) => ack)).toEqual([undefined])
})

it('on a message within a thread it is answered in that thread', async () => {
  const world = interactionsWorld()
  const message = { ...target, thread_ts: '1795151300.000001' }
  await world.hear('shortcut', shortcut('parley.summarise', message))
  expect(call(world)?.place.conversation.thread).toBe('1795151300.000001')
})

it('where the command wants words, a form asks for them first', async () => {
  const world = worldWith(promptForm)
  await world.hear('shortcut', shortcut('parley.ask'))
  expect(world.heard).toEqual([])
  expect(world.acks.map(({ ack }) => ack)).toEqual([undefined])
  expect(opened(world).args).toMatchObject({
    trigger_id: ids.trigger,
    view: {
      type: 'modal',
      title: { type: 'plain_text', text: 'Ask about this message' },
      blocks: [{ type: 'input', block_id: 'prompt', optional: false, element: { max_length: 3000 } }],
    },
  })
  await world.hear('view', submission(opened(world), { prompt: 'what is it?' }))
  expect(call(world)).toMatchObject({
    name: 'ask',
    options: { prompt: 'what is it?' },
    quotes: [{ author: 'Bob', text: 'Look at this, @Ann: 1 < 2' }],
    place: { conversation: { thread: ids.target }, via: expect.stringContaining(responseUrl) },
  })
  expect(world.acks.at(-1)?.ack).toBeUndefined()
  // The message came with the shortcut: nobody asks Slack for it.
  expect(world.calls.map(({ request }) => request.method)).toEqual(['views.open'])
})

it('after a restart the message is fetched again', async () => {
  for (const thread of [undefined, '1795151300.000001']) {
    const world = worldWith(promptForm)
    await world.hear('shortcut', shortcut('parley.ask', { ...target, thread_ts: thread }))
    world.restart()
    world.replies = async () => done({ messages: [{ ...target, ts: thread ?? '1.2' }, target] })
    await world.hear('view', submission(opened(world), { prompt: 'what is it?' }))
    expect(world.calls.at(-1)?.request).toMatchObject({
      method: thread ? 'conversations.replies' : 'conversations.history',
      args: { channel: ids.channel, oldest: ids.target, latest: ids.target, inclusive: true },
    })
    expect(call(world)?.quotes).toEqual([{ author: 'Bob', text: 'Look at this, @Ann: 1 < 2' }])
  }
})

it('when it can’t be had, the form says so and stays open', async () => {
  const world = worldWith(promptForm)
  await world.hear('shortcut', shortcut('parley.ask'))
  world.restart()
  world.replies = async () => ({ kind: 'refused', error: 'not_in_channel', messages: [] })
  await world.hear('view', submission(opened(world), { prompt: 'what is it?' }))
  expect(world.heard).toEqual([])
  expect(world.acks.at(-1)?.ack).toEqual({ response_action: 'errors', errors: { prompt: lostTargetWords } })
})

it('a form that can’t be opened leaves the shortcut’s message to speak for itself', async () => {
  const world = worldWith(promptForm)
  world.replies = async () => ({ kind: 'refused', error: 'expired_trigger_id', messages: [] })
  await world.hear('shortcut', shortcut('parley.ask'))
  expect(call(world)).toMatchObject({ name: 'ask', options: {} })
  expect(world.acks).toHaveLength(1)
})

it('a form that takes too long is left out before the trigger is over', async () => {
  const world = worldWith(promptForm)
  world.forms = async () => {
    await world.clock.sleep(60_000)
    return promptForm
  }
  await world.hear('shortcut', shortcut('parley.ask'))
  expect(world.clock.elapsed()).toBeLessThan(3_000)
  expect(world.acks).toEqual([{ at: 0, ack: undefined }])
  expect(world.heard).toHaveLength(1)
  expect(world.clock.sleepers()).toBeLessThan(2)
})

it('a form that Slack’s limits don’t let through is told of, and nothing else is done in its place', async () => {
  const world = worldWith(promptForm)
  world.replies = async () => ({ kind: 'limited', retryAfterMs: 30_000 })
  await world.hear('shortcut', shortcut('parley.ask'))
  expect(world.heard).toEqual([])
  expect(world.whispers).toEqual([{ url: responseUrl, words: tooManyFormsWords, private: true }])
})

it('a form whose fate is unknown is not answered for', async () => {
  const world = worldWith(promptForm)
  world.replies = async () => ({ kind: 'unknown', cause: new Error('reset') })
  await world.hear('shortcut', shortcut('parley.ask'))
  expect(world.heard).toEqual([])
})

it('a shortcut that no version knows any more is answered in words', async () => {
  const world = interactionsWorld()
  await world.hear('shortcut', shortcut('parley.explode'))
  expect(world.acks).toHaveLength(1)
  expect(world.whispers.map(({ words }) => words)).toEqual([unknownCommandWords])
})

it('a command that is typed bare shows its form, with what holds', async () => {
  const world = worldWith(settingsForm)
  await world.hear('command', slash('/parley', 'settings'))
  expect(world.acks.map(({ ack }) => ack)).toEqual([undefined])
  expect(opened(world).args.view).toMatchObject({
    title: { text: 'Parley' },
    blocks: [
      { type: 'header', text: { text: settingsForm.title } },
      { block_id: 'model', optional: true, element: { multiline: false, initial_value: 'gpt-6-luna' } },
      { block_id: 'persona', element: { multiline: true } },
    ],
  })
})

it('of a form only what was changed is said', async () => {
  const cases: [values: Record<string, string | null>, options: object][] = [
    [{ model: 'gpt-6-luna', persona: 'Be brief.' }, {}],
    [{ model: 'gpt-6-sol', persona: 'Be brief.\r\n' }, { model: 'gpt-6-sol' }],
    [
      { model: null, persona: 'Be <@U0BOB00001|bob>.' },
      { model: '', persona: 'Be @bob.' },
    ],
  ]
  for (const [values, options] of cases) {
    const world = worldWith(settingsForm)
    await world.hear('command', slash('/parley', 'settings'))
    await world.hear('view', submission(opened(world), values))
    expect(call(world)?.options).toEqual(options)
    expect(world.acks.at(-1)?.ack).toBeUndefined()
  }
})

it('without its required words a command asks for them, and keeps the flag that was typed', async () => {
  const world = worldWith(promptForm)
  await world.hear('command', slash('/ask', 'private:'))
  await world.hear('view', submission(opened(world), { prompt: 'why?' }))
  expect(call(world)?.options).toEqual({ private: true, prompt: 'why?' })
  expect(opened(world).args.view).not.toMatchObject({ title: { text: promptForm.title } })
})

it('where there is no form for this person, the call goes on to be refused in the words of access', async () => {
  const world = interactionsWorld()
  world.forms = async () => null
  await world.hear('command', slash('/ask', ''))
  expect(world.heard).toMatchObject([{ kind: 'command', name: 'ask', options: {} }])
  expect(world.acks.map(({ ack }) => ack)).toEqual([undefined])
  expect(world.whispers).toEqual([])
})

it('where the form can’t be opened, the usage is said', async () => {
  const world = worldWith(promptForm)
  world.replies = async () => ({ kind: 'refused', error: 'expired_trigger_id', messages: [] })
  await world.hear('command', slash('/ask', ''))
  expect(world.heard).toEqual([])
  expect(world.acks.map(({ ack }) => ack)).toEqual([undefined])
  expect(world.whispers).toEqual([
    { url: responseUrl, private: true, words: expect.stringContaining('/ask [private:] <prompt>') },
  ])
})

it('a required field that is left empty is asked for again', async () => {
  const world = worldWith(promptForm)
  await world.hear('shortcut', shortcut('parley.ask'))
  await world.hear('view', submission(opened(world), { prompt: ' \n ' }))
  expect(world.heard).toEqual([])
  expect(world.acks.at(-1)?.ack).toEqual({ response_action: 'errors', errors: { prompt: emptyWords } })
})

it('a form that is not taken in stays open with the reason; sent twice it counts once', async () => {
  const world = worldWith(promptForm)
  await world.hear('command', slash('/ask', ''))
  world.admits = async () => 'full'
  await world.hear('view', submission(opened(world), { prompt: 'why?' }))
  expect(world.acks.at(-1)?.ack).toEqual({
    response_action: 'errors',
    errors: { prompt: expect.stringMatching(/\w/) },
  })
  world.admits = async () => 'new'
  await world.hear('view', submission(opened(world), { prompt: 'why?' }))
  await world.hear('view', submission(opened(world), { prompt: 'why?' }))
  expect(new Set(world.heard.map(({ id }) => id)).size).toBe(1)
})

it('a form’s note fits into Slack’s limit and is not shown, whatever it holds', async () => {
  const world = worldWith(settingsForm)
  const url = `https://hooks.slack.com/${'x'.repeat(1_900)}`
  await world.hear('command', slash('/parley', 'settings', { response_url: url }))
  const { private_metadata } = opened(world).args.view as { private_metadata: string }
  expect(private_metadata.length).toBeLessThanOrEqual(3_000)
  await world.hear('view', submission(opened(world), { model: 'gpt-6-sol', persona: 'Be brief.' }))
  expect(call(world)?.options).toEqual({ model: 'gpt-6-sol' })
})

it('a form of another version is answered in words', async () => {
  const world = worldWith(promptForm)
  const view = { callback_id: 'parley.form', private_metadata: '{"command":"ask"}' }
  await world.hear('view', submission({ team: ids.team, method: 'views.open', args: { view } }, {}))
  await world.hear(
    'view',
    submission({ team: ids.team, method: 'views.open', args: { view } }, { prompt: 'x' }),
  )
  expect(world.acks.map(({ ack }) => ack)).toEqual([
    undefined,
    { response_action: 'errors', errors: { prompt: unknownFormWords } },
  ])
  expect(world.heard).toEqual([])
})
