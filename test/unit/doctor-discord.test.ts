import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import type { Config } from '../../src/config/config.ts'
import { checkDiscord, installLink } from '../../src/doctor/discord-check.ts'
import { type Finding, fail, lineOf } from '../../src/doctor/finding.ts'
import { startDiscordFake } from '../fakes/discord/discord-fake.ts'

const token = 'canary-token'
const contentOn = 1 << 19

/** What Discord answers to a bot in two servers that has everything. */
const whole = {
  '/api/v10/users/@me': { id: '7', username: 'Parley', bot: true },
  '/api/v10/applications/@me': { id: '42', flags: contentOn, approximate_guild_count: 2 },
  '/api/v10/gateway/bot': {
    url: 'wss://gateway.example',
    shards: 1,
    session_start_limit: { total: 1000, remaining: 998, reset_after: 5_400_000, max_concurrency: 1 },
  },
}
type Answers = Readonly<Record<string, unknown>>

async function served(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api`
}

const anybody = {
  workspaces: 'any',
  channels: 'any',
  people: 'any',
  roles: 'any',
  dms: true,
  foreign: false,
} as const

async function lines(
  apiUrl: string | null,
  more: { token?: string | null; followUps?: boolean } = {},
  access: Config['access'] = anybody,
) {
  const findings: readonly Finding[] = await checkDiscord({
    access,
    discord: { token, apiUrl, followUps: true, ...more },
  })
  const said = findings.map(lineOf)
  expect(said.join('\n')).not.toContain('canary')
  return said.map((line) => line.replace(/ {2}discord +/, ' '))
}

async function answering(changes: Answers, followUps = true, access?: Config['access']): Promise<string[]> {
  const answers: Answers = { ...whole, ...changes }
  const apiUrl = await served((request, response) => {
    const known = request.headers.authorization === `Bot ${token}`
    const body = known ? answers[request.url ?? ''] : undefined
    response.writeHead(body === undefined ? 401 : 200, { 'content-type': 'application/json' })
    response.end(JSON.stringify(body ?? { message: '401: Unauthorized', code: 0 }))
  })
  return lines(apiUrl, { followUps }, access)
}

const application = (changes: object) => ({
  '/api/v10/applications/@me': { ...whole['/api/v10/applications/@me'], ...changes },
})
const starts = (remaining: number) => ({
  '/api/v10/gateway/bot': { session_start_limit: { total: 1000, remaining, reset_after: 5_400_000 } },
})

it('names the bot, its intent, its servers with the link to another, and the starts left', async () => {
  expect(await answering({})).toEqual([
    'ok   the token is good: it is Parley’s',
    'ok   the Message Content intent is on: in its threads no mention is needed',
    `ok   in 2 servers; the link that adds it to a server: ${installLink('42')}`,
    'ok   998 of 1000 connections to the gateway left, all back in 90 min',
  ])
})

it('asks for no more in the link than to read, to answer and to open threads', () => {
  const link = new URL(installLink('42'))
  expect(link.searchParams.get('scope')).toBe('bot applications.commands')
  const bits = BigInt(link.searchParams.get('permissions') ?? '')
  const set = Array.from({ length: 64 }, (_, bit) => bit).filter((bit) => (bits >> BigInt(bit)) & 1n)
  expect(set).toEqual([10, 11, 15, 16, 35, 38, 46])
})

it('is quiet about what is not wanted: no token, nothing asked', async () => {
  expect(await lines('http://127.0.0.1:1/api', { token: null })).toEqual([
    expect.stringContaining('note DISCORD_TOKEN is not set'),
  ])
})

it('says how to get a token when Discord does not know this one, and asks no further', async () => {
  const said = await answering({ '/api/v10/users/@me': undefined })
  expect(said).toEqual([expect.stringMatching(/^FAIL .*Make a new one: .*Reset Token/)])
})

it('says what is missing without the Message Content intent, and both ways out', async () => {
  const [, intent] = await answering(application({ flags: 0 }))
  expect(intent).toMatch(/^note .*intent is off.*page Bot.*follow_ups: false/)
  const [, unwanted] = await answering(application({ flags: 0 }), false)
  expect(unwanted).toMatch(/^ok .*not asked for/)
})

it('takes the intent of a verified bot as well', async () => {
  expect((await answering(application({ flags: 1 << 18 })))[1]).toMatch(/^ok .*intent is on/)
})

it('fails on switches in the portal that keep commands or the bot away', async () => {
  const said = await answering(
    application({ interactions_endpoint_url: 'https://other.example', bot_require_code_grant: true }),
  )
  expect(said[2]).toMatch(/^FAIL .*Interactions Endpoint URL/)
  expect(said[3]).toMatch(/^FAIL .*Code Grant/)
})

it('says that strangers can add it, unless the settings keep them out', async () => {
  const everywhere = application({ bot_public: true })
  const open: Config['access'][] = [anybody, { ...anybody, workspaces: ['1'] }, { ...anybody, dms: false }]
  for (const access of open)
    expect((await answering(everywhere, true, access))[2]).toMatch(
      /^note “Public Bot” is on.*Install Link: None.*access\.workspaces.*dms: false/,
    )
  expect((await answering(application({ bot_public: false }))).join()).not.toContain('Public Bot')
  const closed: Config['access'][] = [
    { ...anybody, workspaces: ['1'], dms: false },
    { ...anybody, channels: ['1'], dms: false },
    { ...anybody, people: ['1'] },
    { ...anybody, roles: ['1'] },
  ]
  for (const access of closed)
    expect((await answering(everywhere, true, access)).join()).not.toContain('Public Bot')
})

it('hands over the link when it is in no server yet', async () => {
  expect((await answering(application({ approximate_guild_count: 0 })))[2]).toBe(
    `note It is in no server yet. Add it: ${installLink('42')}`,
  )
})

it('warns before the starts are used up, and fails when they are', async () => {
  expect((await answering(starts(50))).at(-1)).toMatch(/^note 50 of 1000/)
  expect((await answering(starts(0))).at(-1)).toMatch(/^FAIL 0 of 1000 .*all back in 90 min/)
})

it.each([
  [500, 'FAIL', 'out of order'],
  [429, 'note', 'too many calls'],
  [404, 'FAIL', 'Check DISCORD_API_URL'],
  [302, 'FAIL', 'answers 302'],
])('tells an answer of %i in words, and follows no redirect with the token', async (status, state, words) => {
  const elsewhere: string[] = []
  const other = await served((request, response) => {
    elsewhere.push(request.url ?? '')
    response.end('{}')
  })
  const apiUrl = await served((_, response) => {
    response.writeHead(status, { location: other }).end('<html>')
  })
  const said = await lines(apiUrl)
  expect(said).toEqual([expect.stringContaining(words)])
  expect(said[0]).toMatch(new RegExp(`^${state} `))
  expect(elsewhere).toEqual([])
})

it.each([
  ['no JSON', (response: ServerResponse) => response.end('hello')],
  ['no object', (response: ServerResponse) => response.end('[1]')],
  ['no end', (response: ServerResponse) => response.end('x'.repeat(300_000))],
])('calls an answer that has %s what it is', async (words, answer) => {
  const said = await lines(await served((_, response) => void answer(response)))
  expect(said).toEqual([
    expect.stringMatching(new RegExp(`^FAIL .*can’t be reached \\(its answer .*${words}`)),
  ])
})

it('does not wonder at an application that tells less than it could', async () => {
  const said = await answering({
    '/api/v10/applications/@me': {},
    '/api/v10/gateway/bot': { url: 'wss://x' },
  })
  expect(said).toEqual(['ok   the token is good: it is Parley’s'])
})

it('takes one line a finding', () => {
  expect(lineOf(fail('discord', 'a\n b'))).not.toContain('\n')
})

it('finds its way through the whole fake of Discord as the program does, before and after the intent is on', async () => {
  const fake = await startDiscordFake({ intents: { messageContent: false } })
  onTestFinished(() => fake.close())
  const check = () =>
    checkDiscord({ access: anybody, discord: { token: fake.token, apiUrl: fake.apiUrl, followUps: true } })
  const states = async () => (await check()).map(({ state }) => state)
  expect(await states()).toEqual(['ok', 'note', 'note', 'ok', 'ok'])
  fake.allowMessageContent(true)
  expect(await states()).toEqual(['ok', 'ok', 'note', 'ok', 'ok'])
  const wrong = { token: 'another', apiUrl: fake.apiUrl, followUps: true }
  expect((await checkDiscord({ access: anybody, discord: wrong })).map(({ state }) => state)).toEqual([
    'fail',
  ])
})
