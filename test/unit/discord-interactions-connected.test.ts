import { MessageFlags, Routes } from 'discord-api-types/v10'
import { afterEach, expect, it } from 'vitest'
import { componentsOf } from '../../adapters/discord/components.ts'
import { commands } from '../../src/conversation/commands/registry.ts'
import type { DiscordFakeOptions } from '../fakes/discord/discord-fake.ts'
import { connected } from './discord-interactions-connected.ts'

let world: Awaited<ReturnType<typeof connected>>
afterEach(() => world.close())

const connect = async (options?: DiscordFakeOptions) => {
  world = await connected(options)
  return world
}

const callbackRoute = { method: 'POST', route: /^\/interactions\/\d+\/[^/]+\/callback$/ }

const callbacks = () => world.discord.ledger.requests.filter(({ path }) => path.endsWith('/callback'))

it('Discord takes all commands that Parley has, and is told once', async () => {
  const { discord, register } = await connect()
  const slash = commands
    .filter(({ menuOnly, buttonOnly }) => !menuOnly && !buttonOnly)
    .map(({ name }) => name)
  const menus = commands.flatMap(({ menu }) => menu ?? [])
  expect(discord.commands.current.map(({ name }) => name)).toEqual([...slash, ...menus])
  await register()
  expect(discord.commands.puts).toBe(1)
})

it('200 people at once are all answered within three seconds, and no request is refused', async () => {
  let seed = 1
  const latency = () => {
    seed = (seed * 16_807) % 2_147_483_647
    return 40 + (seed % 20)
  }
  const { discord, channel, heard, settled } = await connect({ latency })
  const asked = Array.from({ length: 200 }, (_, index) =>
    discord.person({ name: `P${index}` }).slash(channel, 'ask', { prompt: `question ${index}` }),
  )
  await Promise.all(asked.map((interaction) => interaction.answered()))
  await settled()
  const after = asked.map(({ deferredAfterMs }) => deferredAfterMs ?? Number.POSITIVE_INFINITY)
  const p99 = after.toSorted((a, b) => a - b)[Math.floor(after.length * 0.99)]
  expect(p99).toBeLessThan(3_000)
  expect(heard).toHaveLength(200)
  expect(callbacks().map(({ status }) => status)).toEqual(asked.map(() => 204))
  expect(callbacks().some(({ authorized }) => authorized)).toBe(false)
  expect(discord.ledger.limited()).toEqual([])
})

it('a slow inbox is not waited for; what it can not take is said in the place of the answer', async () => {
  const { ann, channel, given, heard, settled, signal, deferrals } = await connect()
  const inbox = Promise.withResolvers<void>()
  given.admits = async ({ by }) => {
    await inbox.promise
    return by.id === ann.id ? 'new' : 'full'
  }
  const asked = ann.slash(channel, 'ask', { prompt: 'slow?' })
  const refused = world.discord.person({ name: 'Bob' }).slash(channel, 'ask', { prompt: 'slow?' })
  await Promise.all([asked.answered(), refused.answered()])
  for (const { callback, deferredAfterMs } of [asked, refused]) {
    expect(callback).toBe(5)
    expect(deferredAfterMs).toBeLessThan(3_000)
  }
  expect(heard).toHaveLength(0)
  expect(await deferrals.settled(asked.id, signal)).toBe(true)
  inbox.resolve()
  await settled()
  expect(heard).toHaveLength(1)
  expect(refused.replies().map(({ content }) => content)).toEqual([expect.stringContaining('waiting here')])
})

it('what only shows is deferred privately', async () => {
  const { ann, channel } = await connect()
  const shown = await ann.slash(channel, 'model').answered()
  const set = await ann.slash(channel, 'model', { name: 'gpt-6-luna' }).answered()
  expect([shown.callback, shown.ephemeral, set.callback, set.ephemeral]).toEqual([5, true, 5, false])
})

it('a callback whose reply was lost is not given up, and one that came too late is', async () => {
  const { ann, discord, channel, settled, signal, deferrals } = await connect()
  discord.faults.next(callbackRoute, 'lose the reply')
  const lost = ann.slash(channel, 'new')
  await lost.answered()
  await discord.until(() => callbacks().length === 2)
  await settled()
  expect(
    callbacks()
      .map(({ code }) => code)
      .at(-1),
  ).toBe(40060)
  expect(await deferrals.settled(lost.id, signal)).toBe(true)
  discord.faults.next(callbackRoute, { status: 404, body: { message: 'Unknown interaction', code: 10062 } })
  const late = ann.slash(channel, 'new')
  await discord.until(() => callbacks().length === 3)
  await settled()
  expect(await deferrals.settled(late.id, signal)).toBe(false)
})

it('a form is shown from a menu, filled in, and brings the message along, also after a restart', async () => {
  const { ann, channel, discord, given, heard, settled, restart } = await connect()
  given.form = async () => ({
    title: 'Ask about this',
    fields: [
      {
        name: 'prompt',
        label: 'What do you want to know?',
        lines: 'many',
        value: '',
        longest: 4000,
        required: true,
      },
    ],
  })
  const bob = discord.person({ name: 'Bob' })
  const file = { name: 'plan.txt', bytes: new TextEncoder().encode('a plan') }
  const said = bob.says(channel, `The plan of ${ann.mention}`, { files: [file] })
  for (const restarted of [false, true]) {
    const { modal } = await ann.opensMenu(said, 'Ask about this').answered()
    if (restarted) restart()
    const filled = ann.fills(modal!, { prompt: 'is it good?' })
    await filled.answered()
    expect([filled.callback, filled.ephemeral]).toEqual([5, false])
  }
  await settled()
  const expected = {
    kind: 'command',
    name: 'ask',
    options: { prompt: 'is it good?' },
    quotes: [{ author: 'Bob', text: 'The plan of @Ann' }],
    files: [
      expect.objectContaining({ name: 'plan.txt', id: expect.stringContaining(`${channel.id}/${said.id}/`) }),
    ],
  }
  expect(heard).toMatchObject([expected, expected])
  expect(discord.ledger.of('GET', '/channels/:channel/messages/:message')).toHaveLength(1)
})

it('models are offered while somebody types', async () => {
  const { ann, channel, given } = await connect()
  given.suggest = async (typed) => [`${typed}6-luna`]
  expect(await ann.types(channel, 'model', 'name', 'gpt-')).toEqual([
    { name: 'gpt-6-luna', value: 'gpt-6-luna' },
  ])
})

it('buttons work in a thread, in a DM and in a channel, after a restart, and change nothing by themselves', async () => {
  const { ann, channel, discord, heard, settled, wire, restart, guild, signal } = await connect()
  const question = ann.says(channel, 'hello')
  const thread = ann.opensThread(question, 'a thread')
  const places = [
    { where: thread, conversation: { workspace: guild.id, channel: channel.id, thread: thread.id } },
    { where: ann.dm, conversation: { workspace: '@me', channel: ann.dm.id, thread: '' } },
    {
      where: channel,
      conversation: { workspace: guild.id, channel: channel.id, thread: `reply:${question.id}` },
    },
  ].map(({ where, conversation }) => ({ where, conversation: { platform: 'discord', ...conversation } }))
  restart()
  for (const { where, conversation } of places) {
    const body = { content: 'an answer', components: componentsOf(['regenerate', 'thumbs'], conversation) }
    await wire.call({ method: 'POST', route: Routes.channelMessages(where.id), body }, signal)
    const answer = discord.visible(where, { as: ann }).at(-1)!
    const again = ann.presses({ id: answer.id, channelId: where.id }, 'Regenerate')
    await again.answered()
    expect(again.callback).toBe(6)
    const thumb = ann.presses({ id: answer.id, channelId: where.id }, '👍')
    await thumb.answered()
    expect([thumb.callback, thumb.ephemeral]).toEqual([4, true])
    await settled()
    expect(heard.splice(0)).toMatchObject([
      { kind: 'regenerate', answer: { channel: where.id, id: answer.id }, place: { conversation } },
      { kind: 'feedback', thumb: 'up', place: { conversation } },
    ])
    expect(discord.message({ id: answer.id, channelId: where.id })?.edits).toBe(0)
  }
})

it('where only a person brought the bot along, it is heard as well', async () => {
  const { discord, heard, settled, ann } = await connect()
  const bob = discord.person({ name: 'Bob' })
  const group = discord.group([ann, bob])
  await ann.slash(group, 'ask', { prompt: 'who?' }).answered()
  await settled()
  expect(heard).toMatchObject([
    { place: { direct: false, conversation: { workspace: '@me', channel: group.id } } },
  ])
})

it('nothing that is said of itself may ring for anybody', async () => {
  const { ann, channel, given, discord, settled } = await connect()
  given.admits = async () => 'ignored'
  const told = ann.slash(channel, 'ask', { prompt: 'x' })
  await told.answered()
  await settled()
  expect([told.callback, told.ephemeral]).toEqual([4, true])
  expect(told.replies()[0]?.flags).toBe(MessageFlags.Ephemeral | MessageFlags.SuppressEmbeds)
  for (const { pings } of discord.ledger.requests)
    if (pings) expect(pings).toEqual({ everyone: false, users: [], roles: [] })
})
