import { expect, it } from 'vitest'
import type { Fault } from '../fakes/slack/faults.ts'
import type { SlackFake } from '../fakes/slack/slack-fake.ts'
import { install, movableTime, openToAll } from '../scenario/slack-installing.ts'
import { modes, openSlackStage, type SlackStage } from '../scenario/slack-stage.ts'
import { say } from '../scenario/slack-telling.ts'
import { finished, patienceMs } from '../scenario/slack-watching.ts'

const isFull = process.env.PARLEY_FAULT === 'full'

/** As it is, and as it stands in addresses and headers; without its ends, where a base64 text has it in its middle. */
function formsOf(secret: string): readonly string[] {
  const inside = [0, 1, 2].map((shift) =>
    Buffer.from('x'.repeat(shift) + secret)
      .toString('base64')
      .slice(4, -4),
  )
  return [...new Set([secret, encodeURIComponent(secret), ...inside])]
}

/** Everything that anybody can read: the log, the pages, the model, and what was shown in Slack. */
async function readable({ log, slack, model, program }: SlackStage): Promise<readonly string[]> {
  const { url } = program()
  const pages = await Promise.all(
    ['/health', '/metrics', '/', '/slack/install', '/slack/oauth_redirect?code=x&state=y'].map(
      async (path) => {
        const response = await fetch(`${url}${path}`, { redirect: 'manual' })
        return `${JSON.stringify([...response.headers])} ${await response.text()}`
      },
    ),
  )
  return [
    ...log,
    ...pages,
    ...model.ledger.map(({ body, headers }) => JSON.stringify([body, headers])),
    ...slack.ledger.calls
      .filter(({ method }) => method !== 'oauth.v2.access')
      .map(({ args }) => JSON.stringify(args)),
    ...slack.ledger.responses.map(({ body }) => JSON.stringify(body)),
    ...slack.ledger.posts.map(({ body }) => body),
    ...slack.ledger.envelopes.map(({ ackBody }) => JSON.stringify(ackBody) ?? ''),
  ]
}

async function expectKept(stage: SlackStage, secrets: readonly string[]): Promise<void> {
  const texts = await readable(stage)
  for (const secret of secrets)
    for (const form of formsOf(secret))
      expect(texts.filter((text) => text.includes(form)).map((text) => text.slice(0, 600))).toEqual([])
}

/** Whoever has the address for an answer may speak for Parley. (A form carries it, for the one who called it up.) */
function expectAddressesKept({ log, model, slack }: SlackStage): void {
  const texts = [...log, ...model.ledger.map(({ body }) => JSON.stringify(body))]
  expect(texts.filter((text) => text.includes(`${slack.origin}/hooks/`))).toEqual([])
}

/** What goes wrong, with the token in each corner of Slack's answer. */
const faults = (token: string): readonly (readonly [string, Fault])[] => {
  const headers = { 'x-echo': `Bearer ${token}`, location: `http://127.0.0.1:9/?token=${token}` }
  const body = { ok: false, error: token, needed: token, response_metadata: { messages: [token] } }
  return [
    ['an error that is the token', { error: token, more: body }],
    ['a refused token', { error: 'invalid_auth', more: { detail: token } }],
    ['a missing scope', { error: 'missing_scope', more: { needed: token, provided: token } }],
    ['a limit', { status: 429, body, headers: { ...headers, 'retry-after': '0' } }],
    ['a server error', { status: 500, body: `<html>${token}</html>`, headers }],
    ['a proxy’s page', { status: 403, body: `<html>${token}</html>`, headers }],
    ['a redirect', { status: 302, body: token, headers }],
    ['garbage', { status: 200, body: `{"ok": tru ${token}`, headers }],
    ['something else', { status: 200, body: [token], headers }],
    ['a lost reply', 'lose the reply'],
    ['a refused connection', 'refuse'],
  ]
}

const everything = [
  /^chat\./,
  /^assistant\./,
  /^(users|conversations|usergroups|bots|auth)\./,
  /^(views|files)\./,
  'file',
  'upload',
  'response_url',
] as const

/** Every way in which people meet Parley, once. */
function goAbout(slack: SlackFake, { team = slack.team } = {}): void {
  const channel = team.channel({ name: 'general' })
  const away = team.channel({ name: 'away', member: false })
  const ann = team.person({ name: 'Ann' })
  const call = `<@${team.bot.user}>`
  ann.says(channel, `${call} hello`)
  ann.says('dm', 'hello')
  ann.says(channel, `${call} what is it?`, { files: [{ name: 'a.txt', bytes: Buffer.from('text') }] })
  ann.says(channel, `${call} and this?`, {
    files: [{ name: 'b.txt', bytes: Buffer.from('text'), checkInfo: true }],
  })
  ann.slash(channel, '/ask', 'hello')
  ann.slash(channel, '/ask', 'private: hello')
  ann.slash(away, '/ask', 'hello')
  ann.slash(channel, '/parley', 'settings')
  ann.slash(channel, '/parley', 'usage')
  ann.opensHome()
  ann.opensMessages()
  ann.startsThread()
}

it.each(modes)(
  'whatever goes wrong, nothing secret is told: by %s',
  async (mode) => {
    const time = movableTime()
    const stage = await openSlackStage({
      mode,
      limits: 'none',
      retryMs: [0],
      keepMs: 0,
      policy: 'budgets: off',
    })
    const { slack, model, parley } = stage
    const token = slack.team.botToken
    const calm = slack.team.channel({ name: 'calm' })
    const bob = slack.team.person({ name: 'Bob' })
    model.always(say('Some words.'))
    // The calls go out alike in both modes: for a short run each fault in one of them will do.
    const some = faults(token).filter((_, index) => isFull || index % 2 === (mode === 'http' ? 0 : 1))
    for (const [name, fault] of some) {
      const before = slack.ledger.calls.length
      const faulted = () => slack.ledger.calls.slice(before).filter((call) => call.fault).length
      for (const method of everything) slack.faults.next({ method }, fault, 4)
      goAbout(slack)
      await slack.until(() => faulted() >= 8, patienceMs).catch(() => expect(faulted(), name).toBe(8))
      slack.faults.clear()
      // Waits that were begun for Slack's sake end.
      time.skip(120_000)
      await finished(stage, bob.says(calm, `${parley} hello`), 'Some words.')
    }
    await expectKept(stage, [token, slack.appToken, slack.signingSecret])
    expectAddressesKept(stage)
  },
  60_000,
)

it('a start that is refused says why without the token', async () => {
  for (const [, fault] of faults('xoxb-canary-0123456789').slice(0, 3)) {
    const stage = await openSlackStage({
      awaits: 'closed',
      before: (slack) => slack.faults.next({ method: 'auth.test' }, withToken(fault, slack.team.botToken), 9),
    })
    expect(stage.log.length).toBeGreaterThan(0)
    await expectKept(stage, [stage.slack.team.botToken, stage.slack.appToken])
  }
})

it('of many workspaces neither tokens nor what renews them, nor codes, nor addresses for answers are told', async () => {
  const time = movableTime()
  const stage = await openToAll({ mode: 'http' })
  const { slack, model } = stage
  slack.oauth.rotate(12 * 3_600_000)
  const red = slack.workspace({ name: 'Red', installed: false })
  for (const [, fault] of faults('xoxe-1-canary-0123456789')) {
    slack.faults.next({ method: 'oauth.v2.access' }, fault)
    await install(stage, red)
    slack.faults.clear()
  }
  await install(stage, red)
  model.always(say('Some words.'))
  for (const [, fault] of faults(red.botToken)) {
    time.skip(13 * 3_600_000)
    slack.faults.next({ method: 'oauth.v2.access' }, fault)
    goAbout(slack, { team: red })
    const renewals = slack.ledger.of('oauth.v2.access').length
    await slack.until(() => slack.ledger.of('oauth.v2.access').length >= renewals, patienceMs)
    slack.faults.clear()
  }
  time.skip(120_000)
  await install(stage, red)
  const question = red.person({ name: 'Bob' }).says(red.channel({ name: 'calm' }), `<@${red.bot.user}> hello`)
  await finished(stage, question, 'Some words.')
  const given = slack.ledger.of('oauth.v2.access').flatMap(({ answer, args }) => {
    const { access_token, refresh_token } = (answer ?? {}) as Record<string, string | undefined>
    return [access_token, refresh_token, args.code as string | undefined]
  })
  const secrets = given.filter((one) => one !== undefined)
  expect(secrets.length).toBeGreaterThan(15)
  await expectKept(stage, ['xoxe-1-canary-0123456789', slack.client.secret, slack.signingSecret, ...secrets])
  expectAddressesKept(stage)
})

const withToken = (fault: Fault, token: string): Fault =>
  JSON.parse(JSON.stringify(fault).replaceAll('xoxb-canary-0123456789', token)) as Fault
