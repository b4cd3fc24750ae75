import { afterEach, beforeEach, expect, test } from 'vitest'
import { caller } from '../fakes/discord/client.ts'
import { type DiscordFake, startDiscordFake } from '../fakes/discord/discord-fake.ts'
import type { FakeInteraction } from '../fakes/discord/interaction-handle.ts'
import type { FakePerson } from '../fakes/discord/people.ts'
import type { FakeChannel } from '../fakes/discord/places.ts'

let at = Date.parse('2026-11-20T09:00:00Z')
let discord: DiscordFake
let channel: FakeChannel
let ann: FakePerson
let bob: FakePerson
let call: ReturnType<typeof caller>
/** Interaction routes need no bot token. */
let open: ReturnType<typeof caller>

beforeEach(async () => {
  discord = await startDiscordFake({ now: () => at })
  channel = discord.guild({ name: 'Harbour' }).channel({ name: 'general' })
  ann = discord.person({ name: 'Ann' })
  bob = discord.person({ name: 'Bob' })
  call = caller(discord)
  open = caller(discord, null)
  discord.register([
    {
      name: 'ask',
      description: 'Ask',
      options: [
        { type: 3, name: 'prompt', description: 'What' },
        { type: 11, name: 'file', description: 'A file' },
      ],
    },
    {
      name: 'model',
      description: 'Model',
      options: [{ type: 3, name: 'name', description: 'Which', autocomplete: true }],
    },
    { name: 'Ask about this', type: 3 },
  ])
})
afterEach(() => discord.close())

const callback = ({ id, token }: FakeInteraction, body: unknown, query = '') =>
  open('POST', `/interactions/${id}/${token}/callback${query}`, body)
const reply = ({ token }: FakeInteraction, rest = '/messages/%40original') =>
  `/webhooks/${discord.applicationId}/${token}${rest}`
const row = (...labels: readonly string[]) => ({
  type: 1,
  components: labels.map((label) => ({ type: 2, style: 2, label, custom_id: `id:${label}` })),
})

test('a deferral shows "thinking", its edit fills it, and the message can be reached in its channel', async () => {
  const asked = ann.slash(channel, 'ask', { prompt: 'x' })
  at += 1_200
  const said = await callback(asked, { type: 5 }, '?with_response=true')
  expect(said.body).toMatchObject({ interaction: { response_message_loading: true }, resource: { type: 5 } })
  expect(asked).toMatchObject({ deferredAfterMs: 1_200, acknowledged: true, ephemeral: false })
  expect(asked.replies()).toMatchObject([{ loading: true, flags: 128, content: '' }])
  const filled = await open('PATCH', reply(asked), { content: 'y', flags: 4 })
  expect(filled.body).toMatchObject({ content: 'y', flags: 4, interaction_metadata: { id: asked.id } })
  const edited = await call('PATCH', `/channels/${channel.id}/messages/${filled.body.id}`, { content: 'z' })
  expect(edited.status).toBe(200)
  expect(discord.visible(channel, { as: bob })).toMatchObject([{ content: 'z', edits: 1 }])
})

test('what is ephemeral only its person sees, and no route of the channel reaches', async () => {
  const asked = ann.slash(channel, 'ask')
  await callback(asked, { type: 5, data: { flags: 64 } })
  const { body } = await open('PATCH', reply(asked), { content: 'secret' })
  expect(discord.visible(channel, { as: ann })).toMatchObject([{ content: 'secret', ephemeral: true }])
  expect(discord.visible(channel, { as: bob })).toEqual([])
  const path = `/channels/${channel.id}/messages`
  expect((await call('PATCH', `${path}/${body.id}`, { content: 'x' })).body.code).toBe(10008)
  expect((await call('GET', path)).body).toEqual([])
})

test('a callback is given once and in time, by the right token, and not with what Discord does not take', async () => {
  const asked = ann.slash(channel, 'ask')
  expect((await callback({ ...asked, token: 'x' }, { type: 5 })).body.code).toBe(10062)
  expect((await callback(asked, { type: 6 })).body.code).toBe(50035)
  expect((await callback(asked, { type: 5, data: { content: 'x' } })).body.code).toBe(50035)
  expect((await open('PATCH', reply(asked), { content: 'x' })).body.code).toBe(10015)
  expect((await callback(asked, { type: 5 })).status).toBe(204)
  expect((await callback(asked, { type: 5 })).body.code).toBe(40060)
  const late = ann.slash(channel, 'ask')
  at += 3_001
  expect((await callback(late, { type: 5 })).body.code).toBe(10062)
  expect(late.acknowledged).toBe(false)
})

test('a token lives for fifteen minutes', async () => {
  const asked = ann.slash(channel, 'ask')
  await callback(asked, { type: 5 })
  at += 15 * 60_000
  expect((await open('PATCH', reply(asked), { content: 'x' })).status).toBe(200)
  at += 1
  expect(await open('PATCH', reply(asked), { content: 'y' })).toMatchObject({
    status: 401,
    body: { code: 50027 },
  })
})

test('follow-ups come after the reply, five of them where only the person installed the app', async () => {
  const away = discord.guild({ name: 'Away', installed: false }).channel({ name: 'x' })
  const asked = ann.slash(away, 'ask')
  await callback(asked, { type: 5 })
  await open('PATCH', reply(asked), { content: 'first' })
  const statuses: number[] = []
  for (const text of ['1', '2', '3', '4', '5', '6']) {
    at += 5_000
    const { status, body } = await open('POST', reply(asked, '?wait=true'), { content: text })
    statuses.push(status)
    if (text === '1') await open('PATCH', reply(asked, `/messages/${body.id}`), { content: 'one' })
    if (text === '2') await open('DELETE', reply(asked, `/messages/${body.id}`))
  }
  expect(statuses).toEqual([200, 200, 200, 200, 200, 400])
  expect(asked.replies().map(({ content }) => content)).toEqual(['first', 'one', '3', '4', '5'])
})

test('interaction routes count by token, and not for the global limit', async () => {
  const asked = ann.slash(channel, 'ask')
  await callback(asked, { type: 5 })
  const statuses: number[] = []
  for (let count = 0; count < 6; count++)
    statuses.push((await open('PATCH', reply(asked), { content: `${count}` })).status)
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429])
})

test('buttons are pressed by label, and a deferred update keeps the message', async () => {
  const sent = await call('POST', `/channels/${channel.id}/messages`, {
    content: 'x',
    components: [row('Stop', '👍')],
  })
  const message = { id: sent.body.id, channelId: channel.id }
  expect(() => bob.presses(message, 'Go')).toThrow(/no button/)
  const pressed = bob.presses(message, 'Stop')
  await callback(pressed, { type: 6 })
  expect(discord.message(message)).toMatchObject({ content: 'x', edits: 0 })
  await open('PATCH', reply(pressed), { content: 'y', components: [] })
  expect(discord.message(message)).toMatchObject({ content: 'y', buttons: [] })
  await open('POST', reply(pressed, ''), { content: 'only you', flags: 64 })
  expect(discord.visible(channel, { as: bob })).toHaveLength(2)
  expect(discord.visible(channel, { as: ann })).toHaveLength(1)
})

test('a modal is checked, filled in and submitted', async () => {
  const asked = ann.slash(channel, 'ask')
  const input = { type: 4, custom_id: 'prompt', label: 'Prompt', style: 2, value: 'old', max_length: 10 }
  const modal = (title: string, ...inputs: readonly unknown[]) => ({
    type: 9,
    data: { title, custom_id: 'm', components: inputs.map((one) => ({ type: 1, components: [one] })) },
  })
  expect((await callback(asked, modal('t'.repeat(46), input))).body.code).toBe(50035)
  expect((await callback(asked, modal('t', { ...input, label: 'l'.repeat(46) }))).body.code).toBe(50035)
  expect((await callback(asked, modal('t', ...Array(6).fill(input)))).body.code).toBe(50035)
  await callback(asked, modal('Settings', input))
  expect(asked.modal).toMatchObject({ title: 'Settings', inputs: [{ value: 'old', paragraph: true }] })
  expect(() => ann.fills(asked.modal!, { Prompt: 'far too long' })).toThrow(/too long/)
  const submitted = ann.fills(asked.modal!, { Prompt: 'new' })
  await callback(submitted, { type: 4, data: { content: 'saved', flags: 64 } })
  expect(submitted.replies()).toMatchObject([{ content: 'saved', ephemeral: true }])
})

test('autocomplete offers at most 25 choices', async () => {
  const typing = ann.types(channel, 'model', 'name', 'gpt-')
  // The handle stays inside; the dispatch names it, and so does the bot's own payload.
  const { id, token } = discord.interactions().at(-1)!
  const choices = (count: number) =>
    Array.from({ length: count }, (_, index) => ({ name: `${index}`, value: `${index}` }))
  const answer = (count: number) =>
    open('POST', `/interactions/${id}/${token}/callback`, { type: 8, data: { choices: choices(count) } })
  expect((await answer(26)).body.code).toBe(50035)
  await answer(2)
  expect(await typing).toEqual(choices(2))
})

test('people can only send what is registered, as it is registered', () => {
  expect(() => ann.slash(channel, 'sing')).toThrow(/not registered/)
  expect(() => ann.slash(channel, 'ask', { tune: 'x' })).toThrow(/no option/)
  expect(() => ann.slash(channel, 'ask', { prompt: true })).toThrow(/takes a string/)
  const message = ann.says(channel, 'x')
  expect(() => ann.opensMenu(message, 'Ask')).toThrow(/not registered/)
})
