import { expect, it } from 'vitest'
import { readVia } from '../../adapters/slack/via.ts'
import type { CommandCalled } from '../../src/ports/event.ts'
import type { Admission } from '../../src/ports/intake.ts'
import { ids, interactionsWorld, responseUrl, slash } from './slack-interactions-world.ts'

const everybodySees = { response_type: 'in_channel' }

async function called(command: string, text: string, more?: object) {
  const world = interactionsWorld()
  await world.hear('command', slash(command, text, more))
  return { ...world, call: world.heard[0] as CommandCalled | undefined, ack: world.acks[0]?.ack }
}

it('a question behind /ask reaches the engine, and everybody sees what was typed', async () => {
  const { call, ack, acks, spots } = await called('/ask', 'why is <@U0BOB00001|bob> &lt; 2?')
  expect(call).toMatchObject({
    kind: 'command',
    id: expect.stringMatching(/^command:[\w-]{16}$/),
    name: 'ask',
    options: { prompt: 'why is @bob < 2?' },
    message: null,
    by: { id: ids.ann, foreign: false, bot: false },
    place: {
      conversation: { platform: 'slack', workspace: ids.team, channel: ids.channel },
      direct: false,
    },
  })
  // It would open forms: it belongs neither in the log nor in the store.
  expect(JSON.stringify(call)).not.toContain(ids.trigger)
  expect(call?.place).not.toHaveProperty('replyTo')
  expect(spots[0]).toMatchObject({ thread: null, threadIfOpened: null, repliesTo: null })
  expect(ack).toEqual(everybodySees)
  expect(acks).toHaveLength(1)
})

it('a command is heard whatever its ids look like', async () => {
  const { call } = await called('/ask', 'why is <@bob_b|bob> late?', {
    channel_id: 'C_general',
    user_id: 'alice',
  })
  expect(call).toMatchObject({
    options: { prompt: 'why is @bob late?' },
    by: { id: 'alice' },
    place: { conversation: { channel: 'C_general' } },
  })
})

it('ids without a name get the one that Slack knows', async () => {
  const { call } = await called('/ask', `who is <@${ids.bob}>?`)
  expect(call?.options.prompt).toBe('who is @Bob?')
})

it('a private question is acknowledged without a word, and its place says for whom the answer is', async () => {
  const { call, ack } = await called('/ask', 'private: why?')
  expect(call?.options).toEqual({ private: true, prompt: 'why?' })
  expect(ack).toBeUndefined()
  expect(call && readVia(call.place)).toMatchObject({ private: true, responseUrl, user: ids.ann })
})

it('the bare word “private” belongs to the question', async () => {
  const { call, ack } = await called('/ask', 'private schools in Berlin?')
  expect(call?.options).toEqual({ prompt: 'private schools in Berlin?' })
  expect(ack).toEqual(everybodySees)
})

it('in a direct message the place is direct', async () => {
  const { call } = await called('/ask', 'why?', { channel_id: ids.dm, channel_name: 'directmessage' })
  expect(call?.place).toMatchObject({ direct: true, conversation: { channel: ids.dm } })
})

it('in the direct messages of two others it is a channel’s, in which each question stands for itself', async () => {
  const others = { channel_id: ids.others, channel_name: 'directmessage' }
  const { call, spots } = await called('/ask', 'why?', others)
  expect(call?.place).toMatchObject({ direct: false, conversation: { channel: ids.others } })
  expect(spots[0]).toMatchObject({ direct: false, threadIfOpened: null })
})

it('the other commands stand behind /parley, with their options', async () => {
  const cases: [text: string, name: string, options: object][] = [
    ['model gpt-6-luna', 'model', { name: 'gpt-6-luna' }],
    ['MODEL  gpt-6-luna ', 'model', { name: 'gpt-6-luna' }],
    ['/model gpt-6-luna', 'model', { name: 'gpt-6-luna' }],
    ['model name: gpt-6-luna', 'model', { name: 'gpt-6-luna' }],
    ['model', 'model', {}],
    ['persona You are a pirate.\nRules: none.', 'persona', { text: 'You are a pirate.\nRules: none.' }],
    ['ask why?', 'ask', { prompt: 'why?' }],
    ['ask --private why?', 'ask', { private: true, prompt: 'why?' }],
    ['ask private=no why?', 'ask', { private: false, prompt: 'why?' }],
    ['new', 'new', {}],
    ['stop now please', 'stop', {}],
    ['settings gpt-6-luna', 'settings', { model: 'gpt-6-luna' }],
    ['settings model gpt-6-luna', 'settings', { model: 'gpt-6-luna' }],
    ['settings model', 'settings', {}],
    ['settings Persona You are a pirate.', 'settings', { persona: 'You are a pirate.' }],
    [
      'settings model gpt-6-luna persona=Be brief.',
      'settings',
      { model: 'gpt-6-luna', persona: 'Be brief.' },
    ],
    ['model name gpt-6-luna', 'model', { name: 'name gpt-6-luna' }],
    ['ask prompt engineering?', 'ask', { prompt: 'prompt engineering?' }],
    [
      'settings model=gpt-6-luna persona=“Be brief. Be kind.”',
      'settings',
      { model: 'gpt-6-luna', persona: 'Be brief. Be kind.' },
    ],
    ['settings persona: default', 'settings', { persona: 'default' }],
  ]
  for (const [text, name, options] of cases) {
    const { call } = await called('/parley', text)
    expect({ text, name: call?.name, options: call?.options }).toEqual({ text, name, options })
  }
})

it('what may not be asked here is not shown to anybody', async () => {
  const world = interactionsWorld()
  world.forms = async () => null
  await world.hear('command', slash('/ask', 'why?'))
  expect(world.heard).toHaveLength(1)
  expect(world.acks.map(({ ack }) => ack)).toEqual([undefined])
})

it('what is typed is shown of a question alone: other replies say what they did', async () => {
  expect((await called('/parley', 'models')).ack).toBeUndefined()
  expect((await called('/parley', 'model')).ack).toBeUndefined()
  for (const text of ['model gpt-6-luna', 'persona Be brief.', 'settings gpt-6-luna', 'new'])
    expect((await called('/parley', text)).ack).toBeUndefined()
  expect((await called('/parley', 'ask why?')).ack).toEqual(everybodySees)
})

it('/parley alone and /parley help tell what there is to type', async () => {
  for (const text of ['', '  ', 'help', 'Help me']) {
    const { call, ack } = await called('/parley', text)
    expect(call).toBeUndefined()
    expect(ack).toMatchObject({ response_type: 'ephemeral' })
    const words = JSON.stringify(ack)
    expect(words).toContain('/ask [private:] &lt;prompt&gt;')
    expect(words).toContain('/parley model [name]')
    expect(words).toContain('/parley settings [model=…] [persona=…]')
    expect(words).not.toContain('summarise')
  }
})

it('a word that is no command is answered with the nearest one and the list', async () => {
  const { call, ack } = await called('/parley', 'modle gpt-6-luna')
  expect(call).toBeUndefined()
  expect(ack).toMatchObject({ response_type: 'ephemeral' })
  expect(JSON.stringify(ack)).toMatch(/no command `modle`.*Did you mean `\/parley model`.*\/ask/)
})

it('a slash that is not Parley’s is named, with what is behind it', async () => {
  const { call, ack } = await called('/other', 'modle gpt-6-luna')
  expect(call).toBeUndefined()
  expect(JSON.stringify(ack)).toMatch(/no command `\/other modle`.*Did you mean `\/parley model`/)
  expect((await called('/other', 'model gpt-6-luna')).call).toMatchObject({ name: 'model' })
})

it('a question behind /parley is told of /ask, and nothing in it pings anyone', async () => {
  const { call, ack } = await called('/parley', '<!channel>`<@U0BOB00001> what is new?')
  expect(call).toBeUndefined()
  const { text } = ack as { text: string }
  expect(text).toContain('/ask')
  expect(text).not.toMatch(/<[!@#]/)
})

it('a summary needs a message: it is no command to type', async () => {
  const { call } = await called('/parley', 'summarise')
  expect(call).toBeUndefined()
})

it('an admission that takes long is not waited for', async () => {
  const world = interactionsWorld()
  const admitted = Promise.withResolvers<Admission>()
  world.admits = () => admitted.promise
  const hearing = world.begin('command', slash('/ask', 'why?'))
  await world.clock.advance(1_499)
  expect(world.acks).toEqual([])
  await world.clock.advance(1)
  expect(world.acks).toEqual([{ at: 1_500, ack: everybodySees }])
  admitted.resolve('new')
  await world.clock.run(hearing)
  expect(world.whispers).toEqual([])
  expect(world.acks).toHaveLength(1)
})

it('when it fails in time, the caller alone is told, and nothing is shown to others', async () => {
  for (const end of ['full', 'ignored', 'fails'] as const) {
    const world = interactionsWorld()
    world.admits = async () => {
      if (end === 'fails') throw new Error('disk full')
      return end
    }
    await world.hear('command', slash('/ask', 'why?'))
    expect(world.acks.map(({ ack }) => ack)).toEqual([
      { response_type: 'ephemeral', text: expect.stringMatching(/\w/) },
    ])
    expect(world.whispers).toEqual([])
    expect(world.clock.elapsed()).toBe(0)
  }
})

it('when it fails late, the caller is told by the response URL', async () => {
  for (const end of ['full', 'ignored', 'fails'] as const) {
    const world = interactionsWorld()
    world.admits = async () => {
      await world.clock.sleep(2_000)
      if (end === 'fails') throw new Error('disk full')
      return end
    }
    await world.hear('command', slash('/ask', 'why?'))
    expect(world.whispers).toEqual([{ url: responseUrl, private: true, words: expect.stringMatching(/\w/) }])
  }
})

it('a second delivery is acknowledged as the first was', async () => {
  const world = interactionsWorld()
  world.admits = async () => 'duplicate'
  await world.hear('command', slash('/ask', 'why?'))
  expect(world.acks).toEqual([{ at: 0, ack: everybodySees }])
  expect(world.whispers).toEqual([])
})

it('where Parley is not installed any more, it says so', async () => {
  const world = interactionsWorld()
  world.installed = false
  await world.hear('command', slash('/ask', 'why?'))
  expect(world.acks[0]?.ack).toMatchObject({ text: expect.stringContaining('not installed') })
  expect(world.heard).toEqual([])
})

it('an acknowledgement that does not arrive is logged, and the question stays taken in', async () => {
  const world = interactionsWorld()
  world.acknowledges = async () => {
    throw new Error('socket closed')
  }
  await world.hear('command', slash('/ask', 'why?'))
  expect(world.heard).toHaveLength(1)
  expect(world.logged.join('')).toContain('could not be acknowledged')
})

it('no secret of an interaction is logged', async () => {
  const world = interactionsWorld()
  world.admits = async () => {
    throw new Error('disk full')
  }
  world.acknowledges = async () => {
    throw new Error('socket closed')
  }
  await world.hear('command', slash('/ask', 'why?'))
  await world.hear('command', { ...slash('/ask', 'why?'), channel_id: null })
  expect(world.logged.length).toBeGreaterThan(1)
  for (const line of world.logged) {
    expect(line).not.toContain('secret')
    expect(line).not.toContain('verification-token')
  }
})

it('the end of the program ends what waits', async () => {
  const world = interactionsWorld()
  world.admits = () => new Promise(() => {})
  const hearing = world.begin('command', slash('/ask', 'why?'))
  await world.clock.advance(2_000)
  world.end()
  await hearing
  expect(world.clock.sleepers()).toBe(0)
})

it('a crowd beyond what is taken in at once is turned away in words', async () => {
  const world = interactionsWorld()
  world.admits = () => new Promise(() => {})
  for (let count = 0; count < 1_000; count++) void world.begin('command', slash('/ask', 'why?'))
  await world.begin('command', slash('/ask', 'one more?'))
  expect(world.acks.map(({ ack }) => ack)).toEqual([
    { response_type: 'ephemeral', text: expect.stringMatching(/\w/) },
  ])
  world.end()
})
