import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, it, onTestFinished } from 'vitest'
import { defaultFeatures } from '../../adapters/slack/features.ts'
import { scopesFor } from '../../adapters/slack/scopes.ts'
import type { Config } from '../../src/config/config.ts'
import { lineOf } from '../../src/doctor/finding.ts'
import { checkSlack } from '../../src/doctor/slack-check.ts'
import { startSlackFake } from '../fakes/slack/slack-fake.ts'

const wanted = scopesFor(defaultFeatures)
const botToken = 'xoxb-canary-bot'
const appToken = 'xapp-1-A0PARLEY-1-canary-app'

const me = { ok: true, user: 'parley', team: 'Acme', bot_id: 'B1', team_id: 'T1', user_id: 'U1' }
/** What Slack answers to an app that has everything. */
const whole: Answers = {
  '/api/auth.test': me,
  '/api/bots.info': { ok: true, bot: { id: 'B1', app_id: 'A0PARLEY' } },
  '/api/apps.connections.open': { ok: true, url: 'wss://canary.example/?ticket=canary' },
}
type Answers = Readonly<Record<string, unknown>>

async function served(handle: (request: IncomingMessage, response: ServerResponse) => void): Promise<string> {
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`
}

const slackOff: Config['slack'] = {
  botToken: null,
  appToken: null,
  signingSecret: null,
  clientId: null,
  clientSecret: null,
  apiUrl: null,
  streaming: 'auto',
  publicUrl: null,
}

async function lines(slack: Partial<Config['slack']>): Promise<string[]> {
  const findings = await checkSlack({ slack: { ...slackOff, ...slack } }, wanted)
  const said = findings.map(lineOf)
  expect(said.join('\n')).not.toContain('canary')
  return said.map((line) => line.replace(/ {2}slack +/, ' '))
}

/** Asks a Slack that knows both tokens, each for its own methods. */
async function answering(
  changes: Answers,
  { scopes = [...wanted.keys()], ...slack }: Partial<Config['slack']> & { scopes?: readonly string[] } = {},
): Promise<string[]> {
  const answers: Answers = { ...whole, ...changes }
  const apiUrl = await served((request, response) => {
    const token = request.url === '/api/apps.connections.open' ? appToken : botToken
    const known = request.method === 'POST' && request.headers.authorization === `Bearer ${token}`
    response.writeHead(200, { 'content-type': 'application/json', 'x-oauth-scopes': scopes.join(',') })
    const body = known ? answers[request.url ?? ''] : undefined
    response.end(JSON.stringify(body ?? { ok: false, error: 'invalid_auth' }))
  })
  return lines({ botToken, appToken, apiUrl, ...slack })
}

const refusing = (error: string) => ({ ok: false, error })

it('names the bot, its workspace, its scopes and the way of its events', async () => {
  expect(await answering({})).toEqual([
    'ok   SLACK_BOT_TOKEN is good: it is parley’s in the workspace Acme',
    `ok   it has the ${wanted.size} scopes that Parley needs`,
    'ok   Socket Mode: SLACK_APP_TOKEN is good',
  ])
})

it('is quiet about what is not wanted: no token, nothing asked', async () => {
  expect(await lines({ apiUrl: 'http://127.0.0.1:1/api/' })).toEqual([
    expect.stringContaining('note SLACK_BOT_TOKEN is not set'),
  ])
})

it('names each missing scope, what it is for, and the line for the manifest', async () => {
  const scopes = [...wanted.keys()].filter((scope) => !/^(files:read|groups:history)$/.test(scope))
  const [, said] = await answering({}, { scopes })
  expect(said).toMatch(/^FAIL Missing scopes: files:read \(to look at .*\), groups:history \(.*\)/)
  expect(said).toContain('Add "files:read", "groups:history" to oauth_config.scopes.bot')
  expect(said).toContain('install the app again')
})

it.each([
  ['invalid_auth', 'does not know this SLACK_BOT_TOKEN'],
  ['token_revoked', 'was revoked'],
  ['account_inactive', 'was revoked'],
  ['token_expired', 'token rotation is on'],
  ['org_login_required', 'refuses SLACK_BOT_TOKEN: org_login_required'],
  ['xoxb-canary', 'refuses SLACK_BOT_TOKEN: an unknown error'],
])(
  'says what to do when Slack answers %s to the bot’s token, and looks at the other all the same',
  async (error, words) => {
    const said = await answering({ '/api/auth.test': refusing(error) })
    expect(said).toEqual([
      expect.stringMatching(new RegExp(`^FAIL .*${words}`)),
      expect.stringMatching(/^ok .*SLACK_APP_TOKEN is good/),
    ])
  },
)

it.each([
  ['invalid_auth', 'does not know this SLACK_APP_TOKEN'],
  ['not_allowed_token_type', 'does not know this SLACK_APP_TOKEN'],
  ['missing_scope', 'lacks connections:write'],
  ['link_disabled', 'Socket Mode is off'],
  ['team_not_found', 'refuses SLACK_APP_TOKEN: team_not_found'],
])('says what to do when Slack answers %s to the app’s token', async (error, words) => {
  const said = await answering({ '/api/apps.connections.open': refusing(error) })
  expect(said.at(-1)).toMatch(new RegExp(`^FAIL .*${words}`))
  expect(said).toHaveLength(3)
})

it('tells a person’s token from a bot’s', async () => {
  const said = await answering({ '/api/auth.test': { ...me, bot_id: undefined } })
  expect(said[0]).toMatch(/^FAIL .*a person’s token.*Bot User OAuth Token/)
})

it('fails on tokens of two apps, by what Slack says of the bot or of the token', async () => {
  const other = { ok: true, bot: { id: 'B1', app_id: 'A0OTHER' } }
  for (const answers of [{ '/api/bots.info': other }, { '/api/auth.test': { ...me, app_id: 'A0OTHER' } }]) {
    const said = await answering(answers)
    expect(said.at(-1)).toMatch(
      /^FAIL .*SLACK_BOT_TOKEN is of the app A0OTHER and SLACK_APP_TOKEN of the app A0PARLEY/,
    )
  }
})

it('does not wonder at a Slack that does not name the bot’s app', async () => {
  expect((await answering({ '/api/bots.info': refusing('missing_scope') })).at(-1)).toMatch(/^ok /)
})

it('says of HTTP what can’t be checked, and the address that Slack has to have', async () => {
  const http = { appToken: null, signingSecret: 'canary' }
  expect((await answering({}, http)).at(-1)).toMatch(
    /^note HTTP: .*can’t be checked.*your public address, \/slack\/events/,
  )
  const told = await answering({}, { ...http, publicUrl: 'https://parley.example.com' })
  expect(told.at(-1)).toContain('https://parley.example.com/slack/events')
})

it('says where workspaces install Parley when there are several, and checks what they share', async () => {
  const said = await answering({}, { botToken: null, clientId: '1.2', clientSecret: 'canary' })
  expect(said).toEqual([
    expect.stringMatching(/^note Several workspaces.*\/slack\/install/),
    expect.stringMatching(/^ok .*SLACK_APP_TOKEN is good/),
  ])
})

it.each([
  [500, 'FAIL', 'out of order'],
  [429, 'note', 'too many calls'],
  [404, 'FAIL', 'Check SLACK_API_URL'],
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
  const said = await lines({ botToken, appToken, apiUrl })
  expect(said).toHaveLength(2)
  for (const line of said) expect(line).toMatch(new RegExp(`^${state} .*${words}`))
  expect(elsewhere).toEqual([])
})

it.each([
  ['no JSON', (response: ServerResponse) => response.end('hello')],
  ['no object', (response: ServerResponse) => response.end('[1]')],
  ['no end', (response: ServerResponse) => response.end('x'.repeat(300_000))],
])('calls an answer that has %s what it is', async (words, answer) => {
  const [said] = await lines({
    botToken,
    appToken,
    apiUrl: await served((_, response) => void answer(response)),
  })
  expect(said).toMatch(new RegExp(`^FAIL .*can’t be reached \\(its answer .*${words}`))
})

it('finds its way through the whole fake of Slack as the program does, before and after the app is mended', async () => {
  const fake = await startSlackFake()
  onTestFinished(() => fake.close())
  const tokens = { botToken: fake.team.botToken, appToken: fake.appToken, apiUrl: fake.apiUrl }
  const states = async (more: Partial<Config['slack']> = {}) =>
    (await checkSlack({ slack: { ...slackOff, ...tokens, ...more } }, wanted)).map(({ state }) => state)
  fake.team.withhold('files:read')
  expect(await states()).toEqual(['ok', 'fail', 'ok'])
  fake.team.grant('files:read')
  expect(await states()).toEqual(['ok', 'ok', 'ok'])
  expect(await states({ appToken: 'xapp-1-A0OTHER-1-x' })).toEqual(['ok', 'ok', 'fail'])
  fake.team.revoke()
  expect(await states()).toEqual(['fail', 'ok'])
  // Nothing was said, and nobody connected.
  const asked = new Set(fake.ledger.calls.map(({ method }) => method))
  expect([...asked].toSorted()).toEqual(['apps.connections.open', 'auth.test', 'bots.info'])
})
