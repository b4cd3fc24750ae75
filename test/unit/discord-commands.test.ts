import { expect, it } from 'vitest'
import { readVia } from '../../adapters/discord/via.ts'
import {
  commands,
  ids,
  interactionsWorld,
  menu,
  payload,
  slash,
  text,
  token,
} from './discord-interactions-world.ts'

const deferred = { type: 5 }
const deferredPrivately = { type: 5, data: { flags: 64 } }

it('a slash command is admitted, and only then deferred', async () => {
  const world = interactionsWorld()
  world.replies = async () => {
    expect(world.heard).toHaveLength(1)
    return { kind: 'done', body: {} }
  }
  await world.hear(slash('ask', [text('prompt', 'why?')]))
  expect(world.heard).toEqual([
    expect.objectContaining({
      kind: 'command',
      id: 'interaction:600000000000000001',
      name: 'ask',
      options: { prompt: 'why?' },
      message: null,
      by: {
        id: ids.ann,
        account: ids.ann,
        name: 'Annie',
        bot: false,
        foreign: false,
        moderator: false,
        roles: ['7'],
      },
    }),
  ])
  expect(world.answers()).toEqual([deferred])
  expect(world.calls[0]?.request).toMatchObject({
    route: `/interactions/600000000000000001/${token}/callback`,
    auth: false,
  })
})

it('its answer goes by the interaction, to the conversation it was called in, and replies to no message', async () => {
  const world = interactionsWorld()
  await world.hear(slash('ask', [text('prompt', 'one')]))
  await world.hear(slash('ask', [text('prompt', 'two')], { in: 'thread', id: '600000000000000002' }))
  await world.hear(slash('ask', [text('prompt', 'three')], { in: 'dm', id: '600000000000000003' }))
  const places = world.heard.map(({ place: { via: _, ...place } }) => place)
  const at = { platform: 'discord', workspace: ids.guild, channel: ids.channel }
  expect(places).toEqual([
    { conversation: { ...at, thread: 'reply:600000000000000001' }, root: null, direct: false },
    { conversation: { ...at, thread: ids.thread }, root: null, direct: false },
    { conversation: { ...at, workspace: '@me', thread: '' }, root: null, direct: true },
  ])
  expect(world.spots.map((spot) => spot.threadIfOpened)).toEqual([null, null, null])
  expect(readVia(world.heard[0]!.place)).toEqual({
    interaction: '600000000000000001',
    application: ids.application,
    token,
    kind: 'command',
    private: false,
    reachable: true,
    at: world.clock.now(),
  })
})

it('where the bot is not a member, the interaction is the only way', async () => {
  const world = interactionsWorld()
  await world.hear(slash('ask', [], { installed: 'user' }))
  await world.hear(slash('ask', [], { in: 'dm', installed: 'user', context: 2 }))
  await world.hear(slash('ask', [], { in: 'dm' }))
  expect(world.heard.map(({ place }) => readVia(place)?.reachable)).toEqual([false, false, true])
})

it('a DM of two other people is not a direct conversation with the bot', async () => {
  const world = interactionsWorld()
  await world.hear(slash('ask', [], { in: 'dm', installed: 'user', context: 2 }))
  expect(world.heard[0]?.place.direct).toBe(false)
})

it('the reply is private when the command says so', async () => {
  const world = interactionsWorld()
  const hidden = { type: 5, name: 'private', value: true }
  await world.hear(slash('ask', [text('prompt', 'x'), hidden]))
  await world.hear(slash('ask', [text('prompt', 'x'), { ...hidden, value: false }]))
  await world.hear(slash('model'))
  await world.hear(slash('model', [text('name', 'gpt-6-luna')]))
  await world.hear(menu('Summarise'))
  expect(world.answers()).toEqual([
    deferredPrivately,
    deferred,
    deferredPrivately,
    deferred,
    deferredPrivately,
  ])
  const privately = world.heard.map(({ place }) => readVia(place)?.private)
  expect(privately).toEqual([true, false, true, false, true])
})

it('names stand where ids were, and files carry their links', async () => {
  const world = interactionsWorld()
  const file = {
    id: '70',
    filename: 'a.png',
    size: 12,
    url: 'https://cdn.discordapp.com/a',
    content_type: 'image/png',
  }
  await world.hear(
    slash(
      'ask',
      [
        text('prompt', `who is <@${ids.ann}> in <#${ids.channel}>, <@&5>?\0`),
        { type: 11, name: 'file', value: '70' },
      ],
      {},
      { attachments: { 70: file } },
    ),
  )
  expect(world.heard[0]).toMatchObject({
    options: {
      prompt: 'who is @Ann in #general, @unknown role?',
      file: {
        id: `${ids.channel}//70`,
        name: 'a.png',
        type: 'image/png',
        size: 12,
        url: 'https://cdn.discordapp.com/a',
      },
    },
  })
})

it('those who manage messages are moderators', async () => {
  const world = interactionsWorld()
  await world.hear(slash('new', [], { moderator: true }))
  await world.hear(slash('new'))
  expect(world.heard.map(({ by }) => by.moderator)).toEqual([true, false])
})

it("a menu's message comes as the call's quote, with its files", async () => {
  const world = interactionsWorld()
  await world.hear(menu('Summarise'))
  expect(world.heard[0]).toMatchObject({
    name: 'summarise',
    options: {},
    quotes: [{ author: 'Bob', text: 'Look at this, @Ann' }],
    files: [expect.objectContaining({ id: `${ids.channel}/${ids.target}/70`, name: 'plan.png' })],
  })
})

it('a command that Parley no longer has is answered in words, for the caller alone', async () => {
  const world = interactionsWorld()
  await world.hear(slash('paint'))
  await world.hear(menu('Paint this'))
  await world.hear(slash('summarise'))
  expect(world.heard).toEqual([])
  for (const answer of world.answers())
    expect(answer).toMatchObject({ type: 4, data: { flags: 68, allowed_mentions: { parse: [] } } })
  expect(world.answers()).toHaveLength(3)
})

it('every command of the registry is known under its name or its title', () => {
  expect(commands.filter(({ menuOnly, menu }) => menuOnly && menu === undefined)).toEqual([])
})

it('an answer may carry larger files where Discord says so, up to what a request may hold', async () => {
  const world = interactionsWorld()
  const ask = { id: '1', type: 1, name: 'ask', options: [text('prompt', 'x')] }
  const megabyte = 1024 * 1024
  for (const [index, limit] of [10, 24, 500].entries())
    await world.hear(
      payload(2, ask, { id: `60000000000000000${index}` }, { attachment_size_limit: limit * megabyte }),
    )
  expect(world.heard.map(({ place }) => readVia(place)?.fileBytes)).toEqual([
    undefined,
    24 * megabyte,
    25 * megabyte,
  ])
})
