import { afterEach, describe, expect, it } from 'vitest'
import type { FakePerson } from '../fakes/discord/people.ts'
import type { FakeChannel, FakeGuild } from '../fakes/discord/places.ts'
import { type EarOptions, type EarWorld, earWorld, messageOf } from './discord-hearing-world.ts'

const worlds: EarWorld[] = []
afterEach(async () => {
  for (const world of worlds.splice(0)) await world.close()
})

interface Scene {
  readonly world: EarWorld
  readonly guild: FakeGuild
  readonly general: FakeChannel
  readonly ada: FakePerson
  readonly me: string
}

async function scene(options: EarOptions = {}): Promise<Scene> {
  const world = await earWorld(options)
  worlds.push(world)
  const guild = world.fake.guild({ name: 'Guild' })
  const general = guild.channel({ name: 'general' })
  const ada = world.fake.person({ name: 'Ada' })
  return { world, guild, general, ada, me: `<@${world.fake.bot.id}>` }
}

let latest = 1_573_277_146_791_542_784n
const freshId = (): string => String(++latest)

/** A mention as Discord tells of it. */
const payload = ({ world, guild, general, ada, me }: Scene) => ({
  id: freshId(),
  channel_id: general.id,
  guild_id: guild.id,
  author: { id: ada.id, username: 'ada', global_name: 'Ada L.' },
  member: { roles: [] },
  type: 0,
  content: `${me} odd`,
  mentions: [{ id: world.fake.bot.id, username: 'parley', bot: true }],
  mention_roles: [],
  attachments: [],
  embeds: [],
  edited_timestamp: null,
})

const without = (message: object, ...names: string[]): object =>
  Object.fromEntries(Object.entries(message).filter(([name]) => !names.includes(name)))

/** The connection stands, and what is said is heard. */
async function expectHearing({ world, general, ada, me }: Scene): Promise<void> {
  await world.until(() => world.fake.gateway.ready() === 1 && world.listening.state() === 'connected')
  ada.says(general, `${me} still there?`)
  await world.until(() => world.intake.texts().includes('still there?'))
}

/** discord.js has its own opinion of such messages. */
const complaints = ({ world }: Scene): string[] =>
  world.complaints.filter((words) => !words.startsWith('discord.js failed'))

const paths = ({ world }: Scene): string[] => world.fake.ledger.requests.map(({ path }) => path)

describe('frames without sense', () => {
  it.each([
    ['an invalid session without a word', '{"op":9,"d":null}'],
    ['a HELLO without an interval', '{"op":10,"d":null}'],
    ['a READY of nothing', '{"op":0,"t":"READY","s":1,"d":null}'],
    ['a READY without a user', '{"op":0,"t":"READY","s":1,"d":{"session_id":"x"}}'],
    ['no JSON', '{"op":'],
    ['a dispatch of nothing', '{"op":0,"t":"MESSAGE_CREATE","s":2,"d":null}'],
    ['depth', `{"op":0,"t":"MESSAGE_CREATE","s":2,"d":${'['.repeat(10_000)}${']'.repeat(10_000)}}`],
  ])('%s: it goes on', async (_, frame) => {
    const it = await scene()
    it.world.fake.gateway.frame(frame)
    await new Promise((resolve) => setTimeout(resolve, 50))
    await expectHearing(it)
  })

  it('a READY without application and guilds, and guilds without channels, are a session all the same', async () => {
    const it = await scene()
    const { id, user } = {
      id: it.guild.id,
      user: { id: it.world.fake.bot.id, username: 'parley', bot: true },
    }
    it.world.fake.gateway.dispatch('READY', { v: 10, user, session_id: 'another' })
    it.world.fake.gateway.dispatch('GUILD_CREATE', { id, name: 'Guild' })
    await expectHearing(it)
    expect(complaints(it)).toEqual([])
  })
})

describe('messages of which something is missing', () => {
  it.each<[string, (whole: object, ada: FakePerson) => object]>([
    ['attachments', (whole) => without(whole, 'attachments')],
    ['embeds that are any', (whole) => ({ ...whole, embeds: [null] })],
    ['who is mentioned by role', (whole) => without(whole, 'mention_roles')],
    ['the author’s name', (whole, { id }) => ({ ...whole, author: { id } })],
    ['the forwarded message', (whole) => ({ ...whole, message_snapshots: [{}] })],
    ['all of a poll', (whole) => ({ ...whole, poll: {} })],
    ['the type', (whole) => without(whole, 'type')],
    ['the member', (whole) => without(whole, 'member')],
  ])('without %s they are heard', async (_, change) => {
    const it = await scene()
    const { world, ada } = it
    world.fake.gateway.dispatch('MESSAGE_CREATE', change(payload(it), ada))
    await world.until(
      () =>
        world.intake.texts().includes('odd') || world.intake.texts().some((text) => text.startsWith('odd\n')),
    )
    expect(paths(it).filter((path) => path.includes('/members/'))).toEqual([])
    expect(complaints(it)).toEqual([])
  })

  it.each<[string, object]>([
    ['mentions', { mentions: undefined }],
    ['content', { content: undefined }],
    ['author', { author: null }],
    ['people among the mentions', { mentions: [null, {}] }],
  ])('without %s they don’t hold up what is said next', async (_, over) => {
    const it = await scene()
    it.world.fake.gateway.dispatch('MESSAGE_CREATE', { ...payload(it), ...over })
    await expectHearing(it)
    expect(complaints(it)).toEqual([])
  })

  it.each<[string, object]>([
    ['a message', { id: null }],
    ['its channel', { channel_id: null }],
    ['its guild', { guild_id: 'guild' }],
    ['a number', { channel_id: 7 }],
    ['a path', { id: '1/../../users/@me' }],
  ])('with an id that is none (%s) nothing is asked', async (_, over) => {
    const it = await scene()
    it.world.fake.gateway.dispatch('MESSAGE_CREATE', { ...payload(it), ...over })
    it.world.fake.gateway.dispatch('MESSAGE_DELETE', { ...payload(it), ...over })
    await expectHearing(it)
    expect(paths(it).filter((path) => path.startsWith('/channels/'))).toEqual([])
  })

  it('where access goes by role the author is looked up, once when that fails', async () => {
    const it = await scene({ byRole: true })
    const { world } = it
    world.fake.faults.next({ route: /\/members\// }, { status: 500 }, 9)
    for (let n = 0; n < 3; n++) world.fake.gateway.dispatch('MESSAGE_CREATE', without(payload(it), 'member'))
    await world.until(() => world.intake.texts().length === 3)
    expect(paths(it).filter((path) => path.includes('/members/'))).toHaveLength(1)
    expect(messageOf(world.intake.events[0]).by.name).toBe('Ada L.')
  })
})

describe('changes told in part', () => {
  it.each([
    ['the author', ['author', 'member']],
    ['the mentions', ['mentions']],
    [
      'more than its words',
      ['author', 'member', 'mentions', 'mention_roles', 'attachments', 'embeds', 'type'],
    ],
  ])('without %s they are looked up', async (_, missing) => {
    const it = await scene()
    const { world, general, guild, ada, me } = it
    const said = ada.says(general, `${me} frist`)
    await world.until(() => world.intake.texts().length === 1)
    const change = {
      ...payload(it),
      id: said.id,
      content: `${me} first`,
      edited_timestamp: '2026-11-20T10:00:00Z',
    }
    world.fake.gateway.dispatch('MESSAGE_UPDATE', without(change, ...missing))
    const edit = await world.until(() => world.intake.events[1])
    expect(edit).toMatchObject({ kind: 'edit', text: 'first', by: { id: ada.id }, message: { id: said.id } })
    expect(edit.place.conversation).toMatchObject({ workspace: guild.id, channel: general.id })
  })

  it('without words nobody typed: nothing is asked', async () => {
    const it = await scene()
    const said = it.ada.says(it.general, 'https://example.org')
    it.world.fake.gateway.dispatch('MESSAGE_UPDATE', { id: said.id, channel_id: it.general.id, embeds: [] })
    await expectHearing(it)
    expect(paths(it).filter((path) => path.includes('/messages/'))).toEqual([])
  })
})

describe('messages that don’t tell their guild', () => {
  it('belong to the guild of their channel, where they are not for the bot alone', async () => {
    const it = await scene()
    const { world, guild } = it
    const { me } = it
    world.fake.gateway.dispatch('MESSAGE_CREATE', {
      ...without(payload(it), 'guild_id', 'mentions'),
      content: 'hi all',
    })
    world.fake.gateway.dispatch('MESSAGE_CREATE', {
      ...without(payload(it), 'guild_id'),
      content: `${me} hi you`,
    })
    const heard = await world.until(() => world.intake.events[0])
    expect(messageOf(heard).text).toBe('hi you')
    expect(heard.place).toMatchObject({ direct: false, conversation: { workspace: guild.id } })
  })

  it('are direct where their channel says so, is asked once, or can’t be seen', async () => {
    const it = await scene()
    const { world, ada } = it
    const direct = (channel: string, more: object = {}) =>
      world.fake.gateway.dispatch('MESSAGE_CREATE', {
        ...without(payload(it), 'guild_id', 'member', 'mentions'),
        channel_id: channel,
        content: 'just us',
        ...more,
      })
    direct('700000000000000001', { channel_type: 1 })
    direct('700000000000000002')
    direct('700000000000000002')
    const { channelId } = ada.says('dm', 'just us')
    await world.until(() => world.intake.texts().length === 4)
    expect(world.intake.events.every(({ place }) => place.direct)).toBe(true)
    const asked = paths(it).filter((path) => path.startsWith('/channels/'))
    expect(asked.filter((path) => path !== `/channels/${channelId}`)).toEqual([
      '/channels/700000000000000002',
    ])
  })
})

describe('what a gateway need not tell', () => {
  const inThread = (it: Scene, thread: string) => ({
    ...payload(it),
    channel_id: thread,
    content: `${it.me} in the thread`,
  })

  it('the channel of a thread that was opened for an answer is known, also after a restart', async () => {
    const it = await scene()
    const { world, general, guild } = it
    const id = freshId()
    const thread = {
      id,
      guild: guild.id,
      kind: 'thread',
      parent: general.id,
      name: 't',
      owner: null,
    } as const
    world.listening.opened(thread)
    world.fake.gateway.dispatch('MESSAGE_CREATE', inThread(it, id))
    await world.until(() => world.intake.events[0])
    await world.restart()
    world.fake.gateway.dispatch('MESSAGE_CREATE', inThread(it, id))
    const { place } = await world.until(() => world.intake.events[1])
    expect(place.conversation).toMatchObject({ channel: general.id, thread: id })
    expect(paths(it).filter((path) => path === `/channels/${id}`)).toEqual([])
  })

  it('a channel that does not tell its last message is asked for what was missed', async () => {
    const it = await scene()
    const { world, general, guild, ada, me } = it
    await expectHearing(it)
    world.fake.gateway.dispatch('GUILD_DELETE', { id: guild.id, unavailable: true })
    const hear = world.fake.gateway.deaf()
    ada.says(general, `${me} while away`)
    hear()
    const channels = [{ id: general.id, type: 0, name: 'general' }]
    world.fake.gateway.dispatch('GUILD_CREATE', { id: guild.id, name: 'Guild', channels })
    await world.until(() => world.intake.texts().includes('while away'))
  })

  it('what is fetched may be odd, too: an answer that is no list is asked for again', async () => {
    const it = await scene()
    const { world, general, ada, me } = it
    await expectHearing(it)
    await world.listening.stop()
    const { id } = ada.says(general, `${me} while away`)
    const odd = {
      ...without(payload(it), 'guild_id', 'member', 'attachments', 'mention_roles'),
      content: `${me} odd`,
    }
    const route = `/channels/:channel/messages`
    world.fake.faults.next({ method: 'GET', route }, { status: 200, body: {} })
    world.fake.faults.next(
      { method: 'GET', route },
      { status: 200, body: [null, { ...odd, id }, { id: '7' }] },
    )
    await world.restart()
    await world.until(() => world.intake.texts().includes('odd'))
    expect(world.fake.ledger.of('GET', route)).toHaveLength(2)
  })
})
