import { REST } from 'discord.js'
import { afterEach, expect, test } from 'vitest'
import { caller } from '../fakes/discord/client.ts'
import { type DiscordFake, type DiscordFakeOptions, startDiscordFake } from '../fakes/discord/discord-fake.ts'
import { cloudflareBlock, limited } from '../fakes/discord/faults.ts'

let at = Date.parse('2026-11-20T09:00:00Z')
let discord: DiscordFake
afterEach(() => discord.close())

async function start(options: DiscordFakeOptions = {}) {
  discord = await startDiscordFake({ now: () => at, ...options })
  const guild = discord.guild({ name: 'Harbour' })
  const [one, two] = [guild.channel({ name: 'one' }), guild.channel({ name: 'two' })]
  return { call: caller(discord), one, two, guild, messages: `/channels/${one.id}/messages` }
}

test('five sends a channel in five seconds, with the headers of the bucket; then 429 until the window ends', async () => {
  const { call, messages, two } = await start()
  const hi = { content: 'hi' }
  const first = await call('POST', messages, hi)
  expect(Object.fromEntries(first.headers)).toMatchObject({
    'x-ratelimit-limit': '5',
    'x-ratelimit-remaining': '4',
    'x-ratelimit-reset-after': '5.000',
    'x-ratelimit-reset': ((at + 5_000) / 1000).toFixed(3),
  })
  at += 1_500
  for (const _ of [2, 3, 4, 5]) expect((await call('POST', messages, hi)).status).toBe(200)
  const sixth = await call('POST', messages, hi)
  expect(sixth).toMatchObject({ status: 429, body: { retry_after: 3.5, global: false } })
  expect(sixth.headers.get('retry-after')).toBe('4')
  expect(sixth.headers.get('x-ratelimit-scope')).toBe('user')
  expect((await call('POST', `/channels/${two.id}/messages`, hi)).status).toBe(200)
  at += 3_500
  expect((await call('POST', messages, hi)).status).toBe(200)
  expect(discord.ledger.limited()).toHaveLength(1)
})

test('edits have the hash of sends and a count of their own', async () => {
  const { call, messages } = await start()
  const sent = await call('POST', messages, { content: 'hi' })
  const edited = await call('PATCH', `${messages}/${sent.body.id}`, { content: 'ho' })
  expect(edited.headers.get('x-ratelimit-bucket')).toBe(sent.headers.get('x-ratelimit-bucket'))
  expect(edited.headers.get('x-ratelimit-remaining')).toBe('4')
})

test('fifty requests a second for all channels together, interaction routes aside', async () => {
  const { call, guild } = await start({ limits: { reads: { limit: 1_000, windowMs: 1_000 } } })
  const channel = guild.channel({ name: 'x' })
  const answers = await Promise.all(Array.from({ length: 51 }, () => call('GET', `/channels/${channel.id}`)))
  const refused = answers.filter(({ status }) => status === 429)
  expect(refused).toMatchObject([{ body: { global: true, retry_after: 1 } }])
  expect(refused[0]!.headers.get('x-ratelimit-global')).toBe('true')
  expect(refused[0]!.headers.get('x-ratelimit-scope')).toBe('global')
  expect((await call('POST', '/interactions/1/x/callback', { type: 5 })).body.code).toBe(10062)
  at += 1_000
  expect((await call('GET', `/channels/${channel.id}`)).status).toBe(200)
})

test('too many invalid requests in ten minutes block the address, with HTML', async () => {
  const { call } = await start({ limits: { invalid: { limit: 2, windowMs: 600_000 } } })
  const wrong = caller(discord, 'wrong')
  expect((await wrong('GET', '/users/@me')).status).toBe(401)
  expect((await call('GET', '/users/@me')).status).toBe(200)
  expect((await wrong('GET', '/users/@me')).status).toBe(401)
  const blocked = await call('GET', '/users/@me')
  expect(blocked.status).toBe(429)
  expect(blocked.body.text).toContain('Cloudflare')
  at += 600_000
  expect((await call('GET', '/users/@me')).status).toBe(200)
})

test('a thread is renamed twice in ten minutes', async () => {
  const { call, one } = await start()
  const opened = await call('POST', `/channels/${one.id}/threads`, { name: 'a', type: 11 })
  const rename = async (name: string) => (await call('PATCH', `/channels/${opened.body.id}`, { name })).status
  expect([await rename('b'), await rename('c'), await rename('d')]).toEqual([200, 200, 429])
})

test('faults come once each, in order, and the ledger tells which request was carried out', async () => {
  const { call, messages, one } = await start()
  const match = { method: 'POST', route: '/channels/:channel/messages' }
  discord.faults.next(match, 'lose the reply')
  discord.faults.next(match, 'refuse')
  discord.faults.next(match, { status: 500, body: { message: '500: Internal Server Error', code: 0 } })
  discord.faults.next(match, cloudflareBlock('7'))
  discord.faults.next(match, limited('soon', 'shared'))
  const send = (content: string) => call('POST', messages, { content })
  await expect(send('lost')).rejects.toThrow()
  await expect(send('refused')).rejects.toThrow()
  expect((await send('500')).status).toBe(500)
  const blocked = await send('blocked')
  expect(blocked.body.text).toContain('<!DOCTYPE html>')
  expect(Object.fromEntries(blocked.headers)).toMatchObject({ 'retry-after': '7', server: 'cloudflare' })
  const told = await send('limited')
  expect(told.headers.get('retry-after')).toBe('soon')
  expect((await send('fine')).status).toBe(200)
  expect(discord.visible(one).map(({ content }) => content)).toEqual(['lost', 'fine'])
  expect(
    discord.ledger.requests.map(({ status, carriedOut, replyLost, limited: by }) => [
      status,
      carriedOut,
      replyLost,
      by,
    ]),
  ).toEqual([
    [200, true, true, null],
    [0, false, false, null],
    [500, false, false, null],
    [429, false, false, 'user'],
    [429, false, false, 'shared'],
    [200, true, false, null],
  ])
})

test('a request that hangs is not carried out and ends with its signal', async () => {
  const { messages, one } = await start()
  discord.faults.next({ method: 'POST' }, 'hang')
  const rest = new REST({ api: discord.apiUrl, retries: 0 }).setToken(discord.token)
  const stop = new AbortController()
  const sending = rest.post(messages as `/${string}`, { body: { content: 'x' }, signal: stop.signal })
  await discord.until(() => discord.ledger.requests.length === 1)
  stop.abort()
  await expect(sending).rejects.toThrow(/abort/i)
  expect(discord.visible(one)).toEqual([])
})

test('the host goes down, so that nothing can connect, and comes back on the same port', async () => {
  const { call } = await start()
  await discord.faults.down()
  await expect(call('GET', '/users/@me')).rejects.toThrow()
  await discord.faults.up()
  expect((await call('GET', '/users/@me')).status).toBe(200)
})

test('commands are checked, kept with their ids and counted', async () => {
  const { call } = await start()
  const path = `/applications/${discord.applicationId}/commands`
  const ask = { name: 'ask', description: 'Ask', integration_types: [0, 1], contexts: [0, 1, 2] }
  const bad: readonly unknown[] = [
    [{ ...ask, name: 'Ask' }],
    [{ ...ask, description: 'x'.repeat(101) }],
    [{ ...ask, sparkle: true }],
    [{ ...ask, contexts: [3] }],
    [ask, ask],
    [{ name: 'Menu', type: 3, description: 'x' }],
    [
      {
        ...ask,
        options: [
          { type: 3, name: 'a', description: 'a' },
          { type: 3, name: 'b', description: 'b', required: true },
        ],
      },
    ],
    [{ ...ask, options: [{ type: 5, name: 'a', description: 'a', autocomplete: true }] }],
    Array.from({ length: 16 }, (_, index) => ({ name: `Menu ${index}`, type: 3 })),
  ]
  for (const body of bad)
    expect(await call('PUT', path, body)).toMatchObject({ status: 400, body: { code: 50035 } })
  expect(discord.commands.puts).toBe(0)
  at += 60_000
  await call('PUT', path, [ask])
  const id = discord.commands.current[0]?.id
  await call('PUT', path, [
    { name: 'Ask about this', type: 3 },
    { ...ask, description: 'Ask me' },
  ])
  expect(discord.commands).toMatchObject({ puts: 2, current: [{ type: 3 }, { id, description: 'Ask me' }] })
})

test('latency lies half before and half after what the ledger notes', async () => {
  const { call } = await start({ latency: () => 40 })
  const began = performance.now()
  await call('GET', '/users/@me')
  expect(performance.now() - began).toBeGreaterThanOrEqual(39)
})
