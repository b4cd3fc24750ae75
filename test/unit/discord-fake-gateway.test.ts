import { type Client, Events, GatewayIntentBits } from 'discord.js'
import { afterEach, expect, test } from 'vitest'
import { clientOf, loggedIn } from '../fakes/discord/client.ts'
import { type DiscordFake, type DiscordFakeOptions, startDiscordFake } from '../fakes/discord/discord-fake.ts'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  for (const one of open.splice(0).toReversed()) await one.close()
})

async function start(options: DiscordFakeOptions = {}) {
  const discord = await startDiscordFake(options)
  open.push(discord)
  return {
    discord,
    channel: discord.guild({ name: 'Harbour' }).channel({ name: 'general' }),
    ann: discord.person({ name: 'Ann' }),
  }
}

function kept(client: Client): Client {
  open.push({ close: () => client.destroy() })
  return client
}

/** Contents of all messages that the client hears. */
function contents(client: Client): string[] {
  const all: string[] = []
  client.on(Events.MessageCreate, ({ content }) => all.push(content))
  return all
}

const kinds = (discord: DiscordFake) =>
  discord.ledger.gateway.map((entry) => (entry.kind === 'close' ? entry.code : entry.kind))

async function connected(discord: DiscordFake) {
  const client = kept(clientOf(discord))
  await loggedIn(discord, client)
  return { client, heard: contents(client) }
}

test.each([
  ['a connection that is closed with 4000', (discord: DiscordFake) => discord.gateway.drop()],
  ['op 7', (discord: DiscordFake) => discord.gateway.reconnect()],
  ['a TCP reset', (discord: DiscordFake) => discord.gateway.reset()],
])('after %s the client resumes and hears what it missed', async (_, cut) => {
  const { discord, channel, ann } = await start()
  const { heard } = await connected(discord)
  ann.says(channel, 'one')
  await discord.until(() => heard.length === 1)
  discord.gateway.refuseConnections = true
  cut(discord)
  await discord.until(() => discord.gateway.ready() === 0)
  ann.says(channel, 'two')
  discord.gateway.refuseConnections = false
  await expect.poll(() => heard, { timeout: 15_000 }).toEqual(['one', 'two'])
  expect(discord.ledger.gateway.find(({ kind }) => kind === 'resume')).toMatchObject({
    ok: true,
    replayed: 1,
  })
})

test('a connection that breaks at a frame loses none of them', async () => {
  const { discord, channel, ann } = await start()
  const { heard } = await connected(discord)
  discord.gateway.cutAfterFrame((frame) => frame === 2)
  for (const text of ['1', '2', '3']) ann.says(channel, text)
  await discord.until(() => heard.length === 3)
  expect(heard).toEqual(['1', '2', '3'])
  expect(kinds(discord)).toEqual(expect.arrayContaining([1006, 'resume']))
})

test('a session that is lost is begun anew; what happened between is missed', async () => {
  const { discord, channel, ann } = await start()
  const { heard } = await connected(discord)
  const back = discord.gateway.away()
  ann.says(channel, 'missed')
  back()
  await discord.until(() => discord.gateway.ready() === 1, 15_000)
  ann.says(channel, 'heard')
  await discord.until(() => heard.length === 1)
  expect(heard).toEqual(['heard'])
  expect(kinds(discord).filter((kind) => kind === 'identify')).toHaveLength(2)
})

/** A bare connection, that says what a test makes it say. */
async function bare(discord: DiscordFake) {
  const socket = new WebSocket(
    `${discord.apiUrl.replace('http', 'ws').replace('/api', '/gateway')}?v=10&encoding=json`,
  )
  const frames: { op: number; s: number; d: { session_id: string } }[] = []
  let closed = 0
  socket.addEventListener('message', ({ data }) => frames.push(JSON.parse(String(data))))
  socket.addEventListener('close', ({ code }) => {
    closed = code
  })
  await discord.until(() => frames.length === 1)
  const { token } = discord
  return {
    frames,
    closed: () => discord.until(() => closed || null),
    identify: () => socket.send(JSON.stringify({ op: 2, d: { token, intents: 513, properties: {} } })),
    resume: (session_id: string, seq: number) =>
      socket.send(JSON.stringify({ op: 6, d: { token, session_id, seq } })),
  }
}

test('a RESUME of an unknown session, or beyond what is kept, gets op 9; from a sequence that never was, 4007', async () => {
  const { discord, channel, ann } = await start({ limits: { replay: 3 } })
  const first = await bare(discord)
  first.identify()
  await discord.until(() => first.frames.length === 3)
  const session = first.frames[1]!.d.session_id
  discord.gateway.drop()
  expect(await first.closed()).toBe(4000)
  for (const text of ['1', '2', '3']) ann.says(channel, text)
  const resumed = await bare(discord)
  resumed.resume(session, 2)
  await discord.until(() => resumed.frames.length === 5)
  expect(resumed.frames.map(({ s }) => s).slice(1)).toEqual([3, 4, 5, 6])
  const late = await bare(discord)
  late.resume(session, 1)
  const unknown = await bare(discord)
  unknown.resume('nobody', 1)
  await discord.until(() => late.frames.length === 2 && unknown.frames.length === 2)
  expect([late.frames[1], unknown.frames[1]]).toMatchObject([
    { op: 9, d: false },
    { op: 9, d: false },
  ])
  const ahead = await bare(discord)
  ahead.resume(session, 99)
  expect(await ahead.closed()).toBe(4007)
})

test('without acknowledged heartbeats the client leaves the zombie and resumes', async () => {
  const { discord, channel, ann } = await start({ limits: { heartbeatMs: 100 } })
  const { heard } = await connected(discord)
  const hearing = discord.gateway.deaf()
  ann.says(channel, 'into the void')
  await discord.until(() => kinds(discord).includes('resume'), 15_000)
  hearing()
  await expect.poll(() => heard, { timeout: 5_000 }).toEqual(['into the void'])
})

test('a wrong token is refused at the first request', async () => {
  const { discord } = await start()
  await expect(kept(clientOf(discord)).login(`${discord.token}x`)).rejects.toThrow(/invalid token/i)
})

test('a privileged intent that is not switched on closes with 4014', async () => {
  const { discord } = await start({ intents: { messageContent: false } })
  await expect(kept(clientOf(discord)).login(discord.token)).rejects.toThrow(/disallowed intents/i)
  expect(kinds(discord)).toContain(4014)
})

test('an exhausted number of session starts is told before any is used', async () => {
  const { discord } = await start()
  discord.gateway.sessionsLeft = 0
  await expect(kept(clientOf(discord)).login(discord.token)).rejects.toThrow(/session/i)
  expect(kinds(discord)).not.toContain('identify')
})

test('without the intent only mentions, direct messages and the own words have text', async () => {
  const { discord, channel, ann } = await start({ intents: { messageContent: false } })
  const { Guilds, GuildMessages, DirectMessages } = GatewayIntentBits
  const client = kept(clientOf(discord, [Guilds, GuildMessages, DirectMessages]))
  const heard = contents(client)
  await loggedIn(discord, client)
  ann.says(channel, 'quiet', { files: [{ name: 'a', bytes: new Uint8Array(1) }] })
  ann.says(channel, `<@${discord.bot.id}> loud`)
  ann.says('dm', 'private')
  const place = await client.channels.fetch(channel.id)
  if (place?.isSendable()) await place.send('own')
  await expect.poll(() => heard.toSorted()).toEqual(['', `<@${discord.bot.id}> loud`, 'own', 'private'])
})

test('READY names the guilds, and GUILD_CREATE brings channels, threads, roles and the last message', async () => {
  const { discord, channel, ann } = await start()
  const root = ann.says(channel, 'x')
  const thread = ann.opensThread(root, 'Old thread')
  const { client } = await connected(discord)
  const guild = client.guilds.cache.get(channel.guildId!)
  expect(guild?.name).toBe('Harbour')
  expect(guild?.roles.cache.map(({ name }) => name)).toEqual(['@everyone', 'Moderators'])
  expect(guild?.channels.cache.get(channel.id)).toMatchObject({ name: 'general', lastMessageId: root.id })
  expect(guild?.channels.cache.get(thread.id)).toMatchObject({ name: 'Old thread', parentId: channel.id })
})
