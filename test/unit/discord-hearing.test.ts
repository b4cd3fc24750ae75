import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { FakeMessage, FakePerson } from '../fakes/discord/people.ts'
import type { FakeChannel, FakeGuild } from '../fakes/discord/places.ts'
import { type EarWorld, earWorld, messageOf } from './discord-hearing-world.ts'

let world: EarWorld
let guild: FakeGuild
let general: FakeChannel
let ada: FakePerson
let bob: FakePerson
let me = ''
let seen = 0

beforeAll(async () => {
  world = await earWorld()
  guild = world.fake.guild({ name: 'Guild' })
  general = guild.channel({ name: 'general' })
  ada = world.fake.person({ name: 'Ada', nick: 'Ada L.' })
  bob = world.fake.person({ name: 'Bob' })
  me = `<@${world.fake.bot.id}>`
})
afterAll(() => world.close())
beforeEach(() => {
  seen = world.intake.events.length
  world.intake.followed.clear()
  world.intake.admitting = null
})

/** The next event of this test. */
async function next() {
  const event = await world.until(() => world.intake.events[seen])
  seen++
  return event
}

/** Nothing was heard: what is said afterwards in the same channel is the next event. */
async function expectNothingBefore(channel: { id: string } = general): Promise<void> {
  ada.says(channel, `${me} marker`)
  expect(messageOf(await next()).text).toBe('marker')
}

/** Somebody mentions the bot in a channel of which nothing is known. */
function dispatchIn(channel: string, text: string): void {
  world.fake.gateway.dispatch('MESSAGE_CREATE', {
    id: String(1_573_277_146_791_542_784n + BigInt(Math.floor(performance.now() * 1000))),
    channel_id: channel,
    guild_id: guild.id,
    author: { id: ada.id, username: 'ada', discriminator: '0', global_name: 'Ada', avatar: null },
    member: { roles: [] },
    type: 0,
    content: `${me} ${text}`,
    mentions: [{ id: world.fake.bot.id, username: 'parley', discriminator: '0', bot: true }],
    mention_roles: [],
    attachments: [],
    embeds: [],
    timestamp: new Date().toISOString(),
    edited_timestamp: null,
    flags: 0,
  })
}

/** What the bot says. */
async function asBot(channelId: string, content: string): Promise<FakeMessage> {
  const reply = await fetch(`${world.fake.apiUrl}/v10/channels/${channelId}/messages`, {
    method: 'POST',
    headers: { authorization: `Bot ${world.fake.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ content, allowed_mentions: { parse: [] } }),
  })
  const { id } = (await reply.json()) as { id: string }
  return { id, channelId }
}

describe('whom a message is for', () => {
  it('a mention is admitted with its place, its author and the mention removed', async () => {
    const said = ada.says(general, `${me} what is a monad?`)
    const event = messageOf(await next())
    expect(event.overheard).toBeUndefined()
    expect(event).toMatchObject({
      id: `message:${said.id}`,
      text: 'what is a monad?',
      message: { channel: general.id, id: said.id },
      by: { id: ada.id, account: ada.id, name: 'Ada L.', bot: false, foreign: false, moderator: false },
      place: { conversation: { workspace: guild.id, channel: general.id, thread: said.id }, direct: false },
    })
  })

  it('what mentions nobody in a channel is not heard', async () => {
    ada.says(general, 'nice weather')
    await expectNothingBefore()
  })

  it('@everyone is no mention', async () => {
    ada.says(general, '@everyone lunch!')
    await expectNothingBefore()
  })

  it('a direct message needs no mention, and is heard even when it names another person', async () => {
    ada.says('dm', `tell me about ${bob.mention}`)
    const event = messageOf(await next())
    expect(event.text).toBe('tell me about @Bob')
    expect(event.place.direct).toBe(true)
    expect(event.place.conversation.workspace).toBe('@me')
  })

  it('in a thread that Parley follows no mention is needed', async () => {
    const root = ada.says(general, `${me} hello`)
    await next()
    const thread = bob.opensThread(root, 'hello')
    bob.says(thread, 'and a second question')
    const event = messageOf(await next())
    expect(event).toMatchObject({ text: 'and a second question', overheard: true })
    expect(event.place.conversation).toMatchObject({ channel: general.id, thread: thread.id })
    expect(event.message.channel).toBe(thread.id)
  })

  it('in its thread it keeps silent when people speak to each other', async () => {
    const root = ada.says(general, `${me} hello`)
    await next()
    const thread = bob.opensThread(root, 'hello')
    const aside = bob.says(thread, `${ada.mention} do you believe that?`)
    ada.says(thread, 'yes', { replyTo: aside })
    await expectNothingBefore(thread)
  })

  it('a mention of it and of another person is for it', async () => {
    ada.says(general, `${me} explain it to ${bob.mention}`)
    expect(messageOf(await next()).text).toBe('explain it to @Bob')
  })

  it('a mention of the role that Discord made for the bot is a mention of it', async () => {
    const role = guild.role({ name: 'Parley' })
    world.fake.gateway.dispatch('GUILD_ROLE_UPDATE', {
      guild_id: guild.id,
      role: { ...role, permissions: '0', position: 1, tags: { bot_id: world.fake.bot.id } },
    })
    ada.says(general, `<@&${role.id}> hello role`)
    expect(messageOf(await next()).text).toBe('hello role')
  })

  it('a reply to one of its messages needs no mention', async () => {
    const mine = await asBot(general.id, 'an answer')
    ada.says(general, 'and then?', { replyTo: mine })
    expect(messageOf(await next())).toMatchObject({
      text: 'and then?',
      quotes: [{ author: 'parley', text: 'an answer' }],
    })
  })

  it('what speaks to nobody in a channel costs the store nothing', async () => {
    const { place } = world.intake
    let asked = 0
    world.intake.place = async (spot) => {
      asked++
      return place(spot)
    }
    for (let n = 0; n < 20; n++) ada.says(general, 'chatter')
    await expectNothingBefore()
    world.intake.place = place
    expect(asked).toBe(1)
  })

  it('where it may not answer a question is not taken in, and the log says so once', async () => {
    const news = guild.channel({ name: 'news', permissions: { send: false, createThreads: false } })
    ada.says(news, `${me} one`)
    ada.says(news, `${me} two`)
    await world.until(() => world.complaints.some((words) => words.includes('may not write')))
    await expectNothingBefore()
    expect(world.complaints.filter((words) => words.includes('may not write'))).toHaveLength(1)
  })

  it('bots and webhooks are ignored', async () => {
    world.fake.person({ name: 'Robot', bot: true }).says(general, `${me} beep`)
    ada.says(general, `${me} hook`, { webhook: true })
    await expectNothingBefore()
  })
})

describe('what is said', () => {
  it('ids become names', async () => {
    const role = guild.role({ name: 'Crew' })
    const text = `${me} <@&${role.id}> <#${general.id}> <:wave:123456789012345678> <a:spin:123456789012345678> </ask:123456789012345678> <t:0:R> <@999999999999999999> <#999999999999999998>`
    ada.says(general, text)
    expect(messageOf(await next()).text).toBe(
      '@Crew #general :wave: :spin: /ask 1970-01-01 00:00 UTC @unknown user #unknown channel',
    )
  })

  it('channels of other servers, and those that not everybody may see, are not named', async () => {
    const other = world.fake.guild({ name: 'Other' }).channel({ name: 'layoffs' })
    const board = guild.channel({ name: 'board' })
    const view = String(1 << 10)
    world.fake.gateway.dispatch('CHANNEL_UPDATE', {
      id: board.id,
      guild_id: guild.id,
      type: 0,
      name: 'board',
      permission_overwrites: [
        { id: guild.id, type: 0, allow: '0', deny: view },
        { id: world.fake.bot.id, type: 1, allow: view, deny: '0' },
      ],
    })
    ada.says(general, `${me} <#${other.id}> <#${board.id}> <#${general.id}>`)
    expect(messageOf(await next()).text).toBe('#unknown channel #private-channel #general')
  })

  it('NUL and lone surrogates are cleaned', async () => {
    ada.says(general, `${me} a\0b\ud800c`)
    expect(messageOf(await next()).text).toBe('ab�c')
  })

  it('files come with an id by which they are found again', async () => {
    const said = ada.says(general, me, {
      files: [{ name: 'cat.png', bytes: new Uint8Array(3), type: 'image/png' }],
    })
    const { files, text } = messageOf(await next())
    expect(text).toBe('')
    expect(files).toMatchObject([{ name: 'cat.png', type: 'image/png', size: 3 }])
    expect(files[0]?.id).toMatch(new RegExp(`^${general.id}/${said.id}/\\d+$`))
  })

  it('stickers are named', async () => {
    ada.says(general, `${me} look`, { stickers: ['Wumpus'] })
    expect(messageOf(await next()).text).toBe('look\n[sticker: Wumpus]')
  })
})

describe('what is quoted', () => {
  it('the message replied to, with its files and embeds', async () => {
    const first = bob.says(general, 'the plan', {
      files: [{ name: 'plan.txt', bytes: new Uint8Array(2), type: 'text/plain' }],
      embeds: [{ title: 'T', description: 'D', fields: [{ name: 'n', value: 'v' }] }],
    })
    ada.says(general, `${me} is that right?`, { replyTo: first })
    const event = messageOf(await next())
    expect(event.quotes).toEqual([{ author: 'Bob', text: 'the plan\nT\nD\nn: v' }])
    expect(event.files.map(({ name }) => name)).toEqual(['plan.txt'])
  })

  it('a forward, with its files found by the message that carries it', async () => {
    const first = bob.says(general, 'forward me', {
      files: [{ name: 'f.txt', bytes: new Uint8Array(2), type: 'text/plain' }],
    })
    const said = ada.says('dm', '', { forward: first })
    const event = messageOf(await next())
    expect(event.quotes).toEqual([{ author: 'a forwarded message', text: 'forward me' }])
    expect(event.files[0]?.id.startsWith(`${said.channelId}/${said.id}/`)).toBe(true)
  })

  it('the first message of a thread it is called into', async () => {
    const root = bob.says(general, 'who broke the build?')
    const thread = bob.opensThread(root, 'build')
    ada.says(thread, `${me} any idea?`)
    const event = messageOf(await next())
    expect(event.quotes).toEqual([{ author: 'Bob', text: 'who broke the build?' }])
    expect(event.place.conversation.thread).toBe(thread.id)
  })

  it('a first message that can’t be had in time delays nothing and fails nothing', async () => {
    const root = bob.says(general, 'slow starter')
    const thread = bob.opensThread(root, 'slow')
    world.fake.faults.next({ method: 'GET', route: '/channels/:channel/messages/:message' }, 'hang')
    ada.says(thread, `${me} any idea?`)
    const event = messageOf(await next())
    expect(event.text).toBe('any idea?')
    expect(event.quotes).toEqual([])
  })

  it('not its own answer in a conversation it remembers', async () => {
    const root = ada.says(general, `${me} hello`)
    await next()
    const thread = bob.opensThread(root, 'hello')
    await world.until(() => world.listening.client()?.channels.cache.has(thread.id))
    const mine = await asBot(thread.id, 'an answer')
    bob.says(thread, 'go on', { replyTo: mine })
    const event = messageOf(await next())
    expect(event).toMatchObject({ text: 'go on', quotes: [] })
    expect(event.overheard).toBeUndefined()
  })
})

describe('what happens later', () => {
  it('an edit of a question is heard; the second edit is another event', async () => {
    const said = ada.says(general, `${me} one`)
    const { place } = await next()
    ada.edits(said, `${me} two`)
    const edit = await next()
    expect(edit).toMatchObject({ kind: 'edit', text: 'two', message: { id: said.id }, place })
    expect(edit.id).toMatch(`edit:${said.id}:`)
  })

  it('an edit without a mention counts where the conversation is followed', async () => {
    const said = ada.says(general, `${me} one`)
    await next()
    ada.edits(said, 'without a mention')
    expect(await next()).toMatchObject({ kind: 'edit', text: 'without a mention' })
  })

  it('an edit that speaks to somebody else withdraws the question', async () => {
    const said = ada.says(general, `${me} one`)
    const { place } = await next()
    ada.edits(said, `${bob.mention} one`)
    const edit = await next()
    expect(edit).toMatchObject({ kind: 'delete', message: { id: said.id }, place })
    expect(edit.id).toMatch(`edit:${said.id}:`)
  })

  it('an edit that first names the bot asks the question, once; the next one is an edit of it', async () => {
    const said = ada.says(general, 'three')
    ada.edits(said, `${me} three?`)
    expect(await next()).toMatchObject({ kind: 'message', id: `message:${said.id}`, text: 'three?' })
    ada.edits(said, `${me} four?`)
    expect(await next()).toMatchObject({ kind: 'edit', text: 'four?', message: { id: said.id } })
  })

  it('so it does where the conversation was somebody else’s word', async () => {
    const thread = bob.opensThread(bob.says(general, `${me} hello`), 'hello')
    await next()
    const said = ada.says(thread, `<@${bob.id}> look`)
    ada.edits(said, `${me} look`)
    expect(await next()).toMatchObject({ kind: 'message', id: `message:${said.id}`, text: 'look' })
  })

  it('a person whose edit is one question too many is told so, and no edit is heard', async () => {
    const said = ada.says(general, 'five')
    world.intake.admitting = async ({ kind }) => (kind === 'message' ? 'full' : null)
    const before = world.fake.ledger.of('POST', '/channels/:channel/messages').length
    ada.edits(said, `${me} five?`)
    await world.until(() => world.fake.ledger.of('POST', '/channels/:channel/messages').length === before + 1)
    world.intake.admitting = null
    await expectNothingBefore()
  })

  it('what was said more than a day before does not become a question', async () => {
    const said = ada.says(general, 'six')
    const raw = await fetch(`${world.fake.apiUrl}/v10/channels/${general.id}/messages/${said.id}`, {
      headers: { authorization: `Bot ${world.fake.token}` },
    })
    const old = String(BigInt(said.id) - (BigInt(25 * 3_600_000) << 22n))
    world.fake.gateway.dispatch('MESSAGE_UPDATE', {
      ...((await raw.json()) as object),
      id: old,
      guild_id: guild.id,
      content: `${me} six?`,
      mentions: [{ id: world.fake.bot.id, username: 'parley', discriminator: '0', bot: true }],
      edited_timestamp: new Date().toISOString(),
    })
    expect(await next()).toMatchObject({ kind: 'edit', message: { id: old } })
  })

  it('a preview that Discord adds is no edit', async () => {
    const said = ada.says(general, `${me} see https://example.org`)
    await next()
    const raw = await fetch(`${world.fake.apiUrl}/v10/channels/${general.id}/messages/${said.id}`, {
      headers: { authorization: `Bot ${world.fake.token}` },
    })
    world.fake.gateway.dispatch('MESSAGE_UPDATE', {
      ...((await raw.json()) as object),
      guild_id: guild.id,
      embeds: [{ title: 'Example' }],
    })
    await expectNothingBefore()
  })

  it('a deleted question is told once, one of another conversation not at all', async () => {
    const said = ada.says(general, `${me} one`)
    await next()
    const other = bob.says(general, 'unrelated')
    bob.deletes(other)
    ada.deletes(said)
    expect(await next()).toMatchObject({ kind: 'delete', id: `delete:${said.id}` })
  })
})

describe('where it was said', () => {
  it('a channel that Discord says is gone is looked up once, and holds up nothing', async () => {
    const gone = '1573277146791542784'
    const before = world.fake.ledger.of('GET', '/channels/:channel').length
    dispatchIn(gone, 'first')
    dispatchIn(gone, 'second')
    await world.until(() => world.fake.ledger.of('GET', '/channels/:channel').length === before + 2)
    await expectNothingBefore()
    expect(world.complaints.filter((words) => words.includes('could not be taken in'))).toEqual([])
  })

  it('a thread that no cache holds is looked up, and again when that fails', async () => {
    const root = ada.says(general, `${me} hello`)
    await next()
    const thread = bob.opensThread(root, 'uncached')
    const client = await world.until(() => world.listening.client())
    await world.until(() => client.channels.cache.has(thread.id))
    client.channels.cache.delete(thread.id)
    world.fake.faults.next({ method: 'GET', route: '/channels/:channel' }, { status: 502 }, 1)
    ada.says(thread, 'where am I?')
    const event = messageOf(await next())
    expect(event.text).toBe('where am I?')
    expect(event.place.conversation).toMatchObject({ channel: general.id, thread: thread.id })
  })
})

describe('many deletes at once', () => {
  it('each followed question is told of', async () => {
    const one = ada.says(general, `${me} one`)
    await next()
    const two = ada.says(general, `${me} two`)
    await next()
    world.fake.gateway.dispatch('MESSAGE_DELETE_BULK', {
      ids: [one.id, '1', two.id],
      channel_id: general.id,
      guild_id: guild.id,
    })
    expect([await next(), await next()].map(({ id }) => id)).toEqual([`delete:${one.id}`, `delete:${two.id}`])
  })
})

describe('order and fullness', () => {
  it('a message that waits is not overtaken in its channel, and holds up no other channel', async () => {
    const elsewhere = guild.channel({ name: 'elsewhere' })
    const gate = Promise.withResolvers<null>()
    world.intake.admitting = async (event) => (messageOf(event).text === 'first' ? gate.promise : null)
    ada.says(general, `${me} first`)
    ada.says(general, `${me} second`)
    ada.says(elsewhere, `${me} beside`)
    expect(messageOf(await next()).text).toBe('beside')
    gate.resolve(null)
    expect(messageOf(await next()).text).toBe('first')
    expect(messageOf(await next()).text).toBe('second')
  })

  it('a person is told when too much is waiting, once a minute in a channel', async () => {
    const full = guild.channel({ name: 'full' })
    world.intake.admitting = async (event) => (event.place.conversation.channel === full.id ? 'full' : null)
    ada.says(full, `${me} one`)
    ada.says(full, `${me} two`)
    await world.until(() => world.fake.visible(full).some(({ fromBot }) => fromBot))
    await expectNothingBefore()
    const told = world.fake.visible(full).filter(({ fromBot }) => fromBot)
    expect(told.map(({ content }) => content)).toEqual([
      'Too much is waiting here already: please ask again in a moment.',
    ])
    expect(told[0]?.pings).toEqual({ everyone: false, users: [], roles: [] })
  })

  it('they are told so where a reply is refused, too', async () => {
    const blind = guild.channel({ name: 'blind', permissions: { history: false } })
    world.intake.admitting = async (event) => (event.place.conversation.channel === blind.id ? 'full' : null)
    ada.says(blind, `${me} one`)
    await world.until(() => world.fake.visible(blind).some(({ fromBot }) => fromBot))
  })

  it('they are told so when the limits allow it', async () => {
    const busy = guild.channel({ name: 'busy' })
    world.intake.admitting = async (event) => (event.place.conversation.channel === busy.id ? 'full' : null)
    const leave = Promise.withResolvers<void>()
    const asked = Promise.withResolvers<readonly string[]>()
    const { paced } = world.intake
    world.intake.paced = async (budgets, call, signal) => {
      const buckets = budgets.map(({ bucket }) => bucket)
      if (!buckets.includes(`discord:send:${busy.id}`)) return paced(budgets, call, signal)
      asked.resolve(buckets)
      await leave.promise
      return call()
    }
    ada.says(busy, `${me} one`)
    expect(await asked.promise).toEqual([`discord:send:${busy.id}`, 'discord:global'])
    expect(world.fake.visible(busy).some(({ fromBot }) => fromBot)).toBe(false)
    leave.resolve()
    await world.until(() => world.fake.visible(busy).some(({ fromBot }) => fromBot))
    world.intake.paced = paced
  })

  it('while the inbox fails a message is kept, and admitted once it works again, in order', async () => {
    let failures = 2
    world.intake.admitting = async () => {
      if (failures-- > 0) throw new Error('disk full')
      return null
    }
    ada.says(general, `${me} kept one`)
    ada.says(general, `${me} kept two`)
    expect(messageOf(await next()).text).toBe('kept one')
    expect(messageOf(await next()).text).toBe('kept two')
  })
})
