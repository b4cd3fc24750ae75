import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Answered, caller } from '../fakes/discord/client.ts'
import { type DiscordFake, startDiscordFake } from '../fakes/discord/discord-fake.ts'
import type { FakePerson } from '../fakes/discord/people.ts'
import type { FakeChannel, FakeGuild } from '../fakes/discord/places.ts'

const many = { limit: 1_000, windowMs: 1_000 }
let at = Date.parse('2026-11-20T09:00:00Z')
let discord: DiscordFake
let guild: FakeGuild
let channel: FakeChannel
let ann: FakePerson
let call: ReturnType<typeof caller>

beforeAll(async () => {
  const limits = { sends: many, edits: many, reads: many, global: many, deletes: many, renames: many }
  discord = await startDiscordFake({
    now: () => at++,
    limits: { ...limits, oldEdits: { limit: 2, windowMs: 60_000 } },
  })
  guild = discord.guild({ name: 'Harbour' })
  channel = guild.channel({ name: 'general' })
  ann = discord.person({ name: 'Ann' })
  call = caller(discord)
})
afterAll(() => discord.close())

const send = (body: unknown, to: { readonly id: string } = channel): Promise<Answered> =>
  call('POST', `/channels/${to.id}/messages`, body)
const bytes = (length: number) => new Uint8Array(length)
const button = (custom_id: string) => ({ type: 2, style: 2, label: 'B', custom_id })

test('a body with a fault is refused with 50035, and says where', async () => {
  const faults: readonly [body: unknown, where: string][] = [
    [{ content: 'x', sparkle: 1 }, 'sparkle'],
    [{ content: 'x'.repeat(2001) }, 'content'],
    [{ content: 7 }, 'content'],
    [{ content: 'x', nonce: 'n'.repeat(26) }, 'nonce'],
    [{ content: 'x', flags: 64 }, 'flags'],
    [{ content: 'x', allowed_mentions: { parse: ['users'], users: ['1'] } }, 'allowed_mentions'],
    [{ content: 'x', components: [button('a')] }, 'components'],
    [{ content: 'x', components: [{ type: 1, components: 'abcdef'.split('').map(button) }] }, 'components'],
    [{ content: 'x', components: [{ type: 1, components: [button('a'), button('a')] }] }, 'components'],
    [{ content: 'x', components: [{ type: 1, components: [button('c'.repeat(101))] }] }, 'components'],
    [{ content: 'x', message_reference: { message_id: '1' } }, 'message_reference'],
    [{ content: 'x', attachments: [{ id: '0' }] }, 'attachments'],
  ]
  for (const [body, where] of faults) {
    const { status, body: said } = await send(body)
    expect({ where, status, code: said.code, errors: Object.keys(said.errors ?? {}) }).toEqual({
      where,
      status: 400,
      code: 50035,
      errors: [where],
    })
  }
  expect((await send({ content: ' \n ' })).body.code).toBe(50006)
  expect(discord.visible(channel)).toEqual([])
})

test('text is counted in code points and loses the spaces around it', async () => {
  const sent = await send({ content: ` ${'🦞'.repeat(1998)}\n` })
  expect(sent.body.content).toBe('🦞'.repeat(1998))
  expect((await send({ content: '🦞'.repeat(2001) })).status).toBe(400)
})

test('a nonce that is enforced makes a repeated send the first message again, for some minutes', async () => {
  const once = { content: 'once', nonce: 'n1', enforce_nonce: true }
  const first = await send(once)
  expect((await send(once)).body.id).toBe(first.body.id)
  expect((await send({ ...once, enforce_nonce: false })).body.id).not.toBe(first.body.id)
  at += 6 * 60_000
  expect((await send(once)).body.id).not.toBe(first.body.id)
})

test('the ledger tells for whom a message would have rung', async () => {
  const role = guild.role({ name: 'crew' })
  const content = `@everyone <@${ann.id}> <@&${role.id}>`
  await send({ content })
  await send({ content, allowed_mentions: { parse: [] } })
  await send({ content, allowed_mentions: { parse: ['roles'], users: [ann.id] } })
  const asked = ann.says(channel, 'hm')
  const message_reference = { message_id: asked.id, fail_if_not_exists: false }
  await send({ content: 'x', message_reference, allowed_mentions: { parse: [], replied_user: false } })
  await send({ content: 'x', message_reference })
  expect(discord.ledger.requests.slice(-5).map(({ pings }) => pings)).toEqual([
    { everyone: true, users: [ann.id], roles: [role.id] },
    { everyone: false, users: [], roles: [] },
    { everyone: false, users: [ann.id], roles: [role.id] },
    { everyone: false, users: [], roles: [] },
    { everyone: false, users: [ann.id], roles: [] },
  ])
})

test('a reply to a message that is gone is sent as any other when it may', async () => {
  const message_reference = { message_id: '175928847299117063', fail_if_not_exists: false }
  expect((await send({ content: 'x', message_reference })).body).not.toHaveProperty('message_reference')
})

test('files come with an edit too, keep their bytes, and have limits', async () => {
  const path = `/channels/${channel.id}/messages`
  const sent = await call('POST', path, { content: 'x' }, [{ name: 'a b.txt', bytes: bytes(3) }])
  const [kept] = sent.body.attachments as [{ id: string; filename: string }]
  expect(kept.filename).toBe('a_b.txt')
  const attachments = [{ id: kept.id }, { id: '0', filename: 'b.md' }]
  await call('PATCH', `${path}/${sent.body.id}`, { attachments }, [{ name: 'b.md', bytes: bytes(4) }])
  const now = discord.message({ channelId: channel.id, id: sent.body.id })
  expect(now?.attachments.map((one) => [one.name, one.bytes.length])).toEqual([
    ['a_b.txt', 3],
    ['b.md', 4],
  ])
  const tooLarge = await call('POST', path, {}, [{ name: 'c', bytes: bytes(10 * 1024 * 1024 + 1) }])
  expect(tooLarge).toMatchObject({ status: 413, body: { code: 40005 } })
})

test('an edit leaves alone what it does not name, and may only set the flags of edits', async () => {
  const row = { type: 1, components: [button('stop')] }
  const { body } = await send({ content: 'a', components: [row] })
  const path = `/channels/${channel.id}/messages/${body.id}`
  await call('PATCH', path, { content: 'b', flags: 4 })
  const seen = () => discord.message({ channelId: channel.id, id: body.id })
  expect(seen()).toMatchObject({ content: 'b', flags: 4, buttons: [{ customId: 'stop' }], edits: 1 })
  await call('PATCH', path, { components: [] })
  expect(seen()).toMatchObject({ content: 'b', buttons: [] })
  expect((await call('PATCH', path, { flags: 64 })).status).toBe(400)
  expect((await call('PATCH', path, { content: '' })).body.code).toBe(50006)
  expect(seen()?.content).toBe('b')
})

test('messages are fetched newest first, around, before and after', async () => {
  const place = guild.channel({ name: 'list' })
  const ids: string[] = []
  for (const text of ['1', '2', '3', '4', '5']) ids.push((await send({ content: text }, place)).body.id)
  const texts = async (query: string) => {
    const { body } = await call('GET', `/channels/${place.id}/messages?${query}`)
    return (body as unknown as { content: string }[]).map(({ content }) => content).join('')
  }
  expect(await texts('limit=2')).toBe('54')
  expect(await texts(`before=${ids[2]}`)).toBe('21')
  expect(await texts(`after=${ids[1]}&limit=2`)).toBe('43')
  expect(await texts(`around=${ids[2]}&limit=3`)).toBe('432')
})

test('each refusal has its code', async () => {
  const blind = guild.channel({ name: 'blind', permissions: { view: false } })
  const mute = guild.channel({ name: 'mute', permissions: { send: false, createThreads: false } })
  const forum = guild.channel({ name: 'forum', type: 'forum' })
  const hers = ann.says(channel, 'mine')
  const inMute = ann.says(mute, 'x')
  const elsewhere = discord.guild({ name: 'Away', installed: false }).channel({ name: 'x' })
  const threads = (message: { channelId: string; id: string }) =>
    call('POST', `/channels/${message.channelId}/messages/${message.id}/threads`, { name: 't' })
  const code = async (answer: Promise<Answered>) => {
    const { status, body } = await answer
    return `${status} ${body.code}`
  }
  const message = `/channels/${channel.id}/messages`
  expect(await code(caller(discord, 'wrong')('GET', '/users/@me'))).toBe('401 0')
  expect(await code(call('GET', '/nowhere'))).toBe('404 0')
  expect(await code(send({ content: 'x' }, { id: '12' }))).toBe('404 10003')
  expect(await code(call('PATCH', `${message}/12`, { content: 'x' }))).toBe('404 10008')
  expect(await code(call('PATCH', `${message}/${hers.id}`, { content: 'x' }))).toBe('403 50005')
  expect(await code(send({ content: 'x' }, blind))).toBe('403 50001')
  expect(await code(send({ content: 'x' }, elsewhere))).toBe('403 50001')
  expect(await code(send({ content: 'x' }, mute))).toBe('403 50013')
  expect(await code(send({ content: 'x' }, forum))).toBe('400 50008')
  expect(await code(threads(inMute))).toBe('403 50013')
  expect(await code(threads(hers))).toBe('201 undefined')
  expect(await code(threads(hers))).toBe('400 160004')
  const thread = discord.threadOf(hers)!
  const inside = await send({ content: 'x' }, thread)
  expect(await code(threads({ channelId: thread.id, id: inside.body.id }))).toBe('400 50024')
  thread.archive({ locked: true })
  expect(await code(send({ content: 'x' }, thread))).toBe('400 50083')
})

test('a thread that sleeps wakes up for a message', async () => {
  const thread = ann.opensThread(ann.says(channel, 'x'), 'Nap')
  thread.archive()
  expect((await send({ content: 'hello' }, thread)).status).toBe(200)
  expect(thread.archived).toBe(false)
})

test('in an archived thread nothing is edited, deleted, renamed or typed until somebody wakes it', async () => {
  const thread = ann.opensThread(ann.says(channel, 'x'), 'Nap')
  const { body } = await send({ content: 'hello' }, thread)
  const at = `/channels/${thread.id}`
  const changes = async () => [
    await call('PATCH', `${at}/messages/${body.id}`, { content: 'x' }),
    await call('POST', `${at}/typing`),
    await call('DELETE', `${at}/messages/${body.id}`),
  ]
  const wakes = () => call('PATCH', at, { archived: false })
  thread.archive()
  for (const refused of await changes()) expect(refused).toMatchObject({ status: 400, body: { code: 50083 } })
  expect((await wakes()).status).toBe(200)
  expect((await changes()).map(({ status }) => status)).toEqual([200, 204, 204])
  thread.archive({ locked: true })
  expect(await wakes()).toMatchObject({ status: 403, body: { code: 50013 } })
})

test('a reply where the history may not be read is refused', async () => {
  const blind = guild.channel({ name: 'no past', permissions: { history: false } })
  const asked = ann.says(blind, 'x')
  const reply = { content: 'y', message_reference: { message_id: asked.id, fail_if_not_exists: false } }
  expect(await send(reply, blind)).toMatchObject({ status: 403, body: { code: 160002 } })
})

test('messages older than an hour are edited seldom', async () => {
  const { body } = await send({ content: 'old' })
  at += 3_600_001
  const edit = () => call('PATCH', `/channels/${channel.id}/messages/${body.id}`, { content: String(at) })
  expect([(await edit()).status, (await edit()).status]).toEqual([200, 200])
  expect(await edit()).toMatchObject({ status: 429, body: { code: 30046 } })
})

test('links of attachments expire, and a fetch of the message gives a fresh one', async () => {
  const message = ann.says(channel, '', { files: [{ name: 'a.png', type: 'image/png', bytes: bytes(5) }] })
  const link = async () => {
    const { body } = await call('GET', `/channels/${channel.id}/messages/${message.id}`)
    return (body.attachments as [{ url: string }])[0].url
  }
  const first = await link()
  expect((await fetch(first)).status).toBe(200)
  expect((await fetch(first.replace('hm=', 'hm=0'))).status).toBe(403)
  at += 24 * 3_600_000
  expect((await fetch(first)).status).toBe(403)
  const second = await link()
  expect((await fetch(second)).status).toBe(200)
  discord.cdn.expireAll()
  expect((await fetch(second)).status).toBe(403)
  expect((await fetch(await link())).status).toBe(200)
})
