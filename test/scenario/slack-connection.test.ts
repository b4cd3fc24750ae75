import { describe, expect, it, onTestFinished } from 'vitest'
import { startDiscordFake } from '../fakes/discord/discord-fake.ts'
import { hold, text } from '../fakes/openai/script.ts'
import { startProgram } from '../fakes/program.ts'
import { startSlackFake } from '../fakes/slack/slack-fake.ts'
import { temporaryDirectory } from './house.ts'
import { install, openToAll } from './slack-installing.ts'
import { modes, openSlackStage } from './slack-stage.ts'
import { atHome, said, say } from './slack-telling.ts'
import { asked, ended, finished, spoken } from './slack-watching.ts'

const told = (log: readonly string[]): string => log.map((line) => JSON.parse(line).msg).join('\n')

describe.each(modes)('the start, by %s', (mode) => {
  it.each(['xoxb-1-wrong', 'xoxb-2-of-somebody-else'])(
    'with a wrong bot token says in words what to mend, and does not try again (%s)',
    async (token) => {
      const stage = await openSlackStage({ mode, env: { SLACK_BOT_TOKEN: token }, awaits: 'closed' })
      await expect(stage.program().working).rejects.toThrow(/does not accept SLACK_BOT_TOKEN/)
      expect(told(stage.log)).toContain('Slack does not accept SLACK_BOT_TOKEN')
      expect(stage.log.join()).not.toContain(token)
      expect(stage.log.filter((line) => 'err' in JSON.parse(line))).toEqual([])
      expect(stage.slack.ledger.calls).toHaveLength(1)
      expect(stage.slack.ledger.sockets).toEqual([])
      const health = await fetch(`${stage.program().url}/health`)
      expect([health.status, JSON.stringify(await health.json())]).toEqual([
        503,
        expect.stringContaining('slack'),
      ])
    },
  )

  it('with a token that was revoked says where to install Parley again', async () => {
    const stage = await openSlackStage({ mode, before: ({ team }) => team.revoke(), awaits: 'closed' })
    await expect(stage.program().working).rejects.toThrow(/was revoked/)
    expect(told(stage.log)).toContain('Install it again at https://api.slack.com/apps')
  })

  it('without scopes says what each is for and which line of the manifest to add, and does the rest', async () => {
    const stage = await openSlackStage({
      mode,
      before: ({ team }) => team.withhold('files:read', 'users:read', 'assistant:write'),
    })
    const { slack, model, parley } = stage
    expect(told(stage.log)).toContain('oauth_config.scopes.bot')
    for (const scope of ['files:read', 'users:read', 'assistant:write'])
      expect(told(stage.log)).toContain(`"${scope}"`)
    model.always(say('Hello.'))
    const ann = slack.team.person({ name: 'Ann' })
    const channel = slack.team.channel({ name: 'general' })
    await finished(stage, ann.says(channel, `${parley} hello`), 'Hello.')
    await finished(stage, ann.says('dm', 'hello'), 'Hello.')
  })

  it('while Slack is down comes about as soon as it is up', async () => {
    const stage = await openSlackStage({
      mode,
      before: (slack) => slack.faults.next({ method: 'auth.test' }, { status: 503, body: '<html>' }),
      awaits: 'connecting',
    })
    const { slack, model } = stage
    await slack.until(() => stage.program().platforms().slack === 'connected', 15_000)
    model.next(say('Hello.'))
    await finished(stage, slack.team.person({ name: 'Ann' }).says('dm', 'hello'), 'Hello.')
  }, 20_000)

  it('that is still under way when Parley is stopped ends nothing but itself', async () => {
    const stage = await openSlackStage({
      mode,
      before: (slack) => slack.faults.next({ method: 'auth.test' }, 'hang'),
      awaits: 'connecting',
    })
    const program = stage.program()
    await stage.slack.until(() => stage.slack.ledger.calls.length === 1)
    await stage.stop()
    await expect(program.working).resolves.toBeUndefined()
    expect(stage.log.filter((line) => JSON.parse(line).level >= 50)).toEqual([])
  })
})

describe('the start', () => {
  it('with a Slack that can’t be used as it is set up takes no Discord down', async () => {
    const discord = await startDiscordFake()
    onTestFinished(() => discord.close())
    const stage = await openSlackStage({
      env: {
        SLACK_BOT_TOKEN: 'xoxb-1-wrong',
        DISCORD_TOKEN: discord.token,
        DISCORD_API_URL: discord.apiUrl,
      },
      awaits: 'closed',
    })
    const { slack, model } = stage
    const program = stage.program()
    let isOver = false
    program.working.catch(() => (isOver = true))
    await slack.until(() => program.platforms().discord === 'connected')
    expect(told(stage.log)).toMatch(/Slack can’t be used as it is set up; the rest goes on/)
    expect((await fetch(`${program.url}/health`)).status).toBe(503)
    model.next(say('Hello.'))
    discord.person({ name: 'Pia' }).says('dm', 'hello')
    await slack.until(() => asked(stage).length === 1)
    expect(isOver).toBe(false)
  })

  it('ends where neither Slack nor Discord can be used as it is set up', async () => {
    const discord = await startDiscordFake()
    onTestFinished(() => discord.close())
    const stage = await openSlackStage({
      env: {
        SLACK_BOT_TOKEN: 'xoxb-1-wrong',
        DISCORD_TOKEN: 'wrong.token.value',
        DISCORD_API_URL: discord.apiUrl,
      },
      awaits: 'closed',
    })
    await expect(stage.program().working).rejects.toThrow(/does not accept (SLACK_BOT_TOKEN|DISCORD_TOKEN)/)
    expect(stage.program().platforms()).toEqual({ discord: 'closed', slack: 'closed' })
  })

  it('with a wrong app token says in words what to mend', async () => {
    const env = { SLACK_APP_TOKEN: 'xapp-1-A0-wrong' }
    const stage = await openSlackStage({ env, awaits: 'closed' })
    await expect(stage.program().working).rejects.toThrow(/does not accept SLACK_APP_TOKEN/)
    expect(stage.log.join()).not.toContain(env.SLACK_APP_TOKEN)
    expect(stage.slack.ledger.of('apps.connections.open')).toHaveLength(1)
  })

  it('with a wrong token ends the program, without a stack trace and without the token', async () => {
    const slack = await startSlackFake()
    onTestFinished(slack.close)
    const env = {
      SLACK_BOT_TOKEN: 'xoxb-1-wrong',
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_API_URL: slack.apiUrl,
      LOG_FORMAT: 'pretty',
    }
    const program = await startProgram({ directory: temporaryDirectory(), env })
    onTestFinished(async () => void (await program.kill('SIGKILL')))
    await slack.until(() => program.child.exitCode !== null, 10_000)
    expect(program.child.exitCode).toBe(1)
    expect(program.output()).toContain('Slack does not accept SLACK_BOT_TOKEN. Copy it anew from https://')
    expect(program.output()).not.toMatch(/^\s+at /m)
    expect(program.output()).not.toContain(env.SLACK_BOT_TOKEN)
  })

  it('by sockets serves nothing at /slack/events', async () => {
    const stage = await openSlackStage()
    const answer = await fetch(`${stage.program().url}/slack/events`, { method: 'POST', body: '{}' })
    expect(answer.status).toBe(404)
  })
})

describe('a connection that breaks', () => {
  it.each(['drop', 'close', 'refresh', 'warn', 'disable'] as const)(
    'by %s: the answer in the making goes on, and what is said meanwhile is answered once',
    async (how) => {
      const { stage, slack, model, parley, channel, ann } = await atHome()
      await slack.until(() => slack.sockets.count === 2)
      const gate = hold()
      model.next({ beats: [...text('Half '), gate.beat, ...text('and half.')] }, say('Meanwhile.'))
      const first = ann.says(channel, `${parley} one`)
      await slack.until(() => spoken(stage, first).length === 1)
      if (how === 'close') slack.sockets.close(1001)
      else if (how === 'disable') slack.sockets.disable(slack.sockets.numbers()[0])
      else slack.sockets[how]()
      const second = ann.says('dm', 'two')
      gate.open()
      await finished(stage, first, 'Half and half.')
      await finished(stage, second, 'Meanwhile.')
      await slack.until(() => stage.program().platforms().slack === 'connected', 10_000)
      expect(asked(stage)).toHaveLength(2)
    },
    20_000,
  )

  it('events that never come are fetched after the gap, in channels, threads and direct messages', async () => {
    const { stage, slack, model, parley, channel, ann, bob } = await atHome({ keepMs: 0 })
    model.always(say('Here.'))
    const before = ann.says(channel, `${parley} before`)
    await finished(stage, before, 'Here.')
    const back = slack.sockets.away()
    await slack.until(() => stage.program().platforms().slack === 'connecting')
    const missed = [bob.says(channel, `${parley} missed`), ann.says('dm', 'missed too')]
    ann.says(before, 'and now?')
    ann.says(before, `<@${bob.id}> not for you`)
    ann.says(channel, 'nothing for you')
    back()
    for (const one of missed) await finished(stage, one, 'Here.')
    await slack.until(() => spoken(stage, before).length === 2, 10_000)
    expect(asked(stage)).toHaveLength(4)
    expect(said(spoken(stage, before))).toEqual(['Here.', 'Here.'])
  }, 30_000)
})

it.each(modes)(
  'an app that is uninstalled while Parley runs closes Slack for /health, by %s',
  async (mode) => {
    const stage = await openSlackStage({ mode })
    const { slack, log } = stage
    slack.team.uninstall()
    await slack.until(() => stage.program().platforms().slack === 'closed', 10_000)
    const health = await fetch(`${stage.program().url}/health`)
    expect([health.status, await health.json()]).toMatchObject([503, { platforms: { slack: 'closed' } }])
    expect(log.filter((line) => line.includes('Install the app again'))).toHaveLength(1)
  },
  20_000,
)

it('a token that is revoked in one of many workspaces closes nothing, and only that workspace is forgotten', async () => {
  const stage = await openToAll()
  const { slack, model, log } = stage
  const [red, blue] = [
    slack.workspace({ name: 'Red', installed: false }),
    slack.workspace({ name: 'Blue', installed: false }),
  ]
  await install(stage, red)
  await install(stage, blue)
  model.always(say('Hello.'))
  red.revoke('token_revoked')
  red.person({ name: 'Rea' }).says('dm', 'hello')
  await slack.until(() => log.some((line) => line.includes('was uninstalled')), 10_000)
  await finished(stage, blue.person({ name: 'Bo' }).says('dm', 'hello'), 'Hello.')
  expect((await fetch(`${stage.program().url}/health`)).status).toBe(200)
}, 20_000)

it('a token that is revoked while Parley runs is told in words, once, and says nothing of itself', async () => {
  const { stage, slack, team, model, parley, channel, ann, log } = await atHome()
  model.always(say('Hello.'))
  team.revoke('token_revoked')
  const question = ann.says(channel, `${parley} hello`)
  await slack.until(() => slack.ledger.of('chat.postMessage').length > 1, 10_000)
  const words = log.filter((line) => line.includes('Install the app again'))
  expect(words).toHaveLength(1)
  expect(words[0]).toContain('SLACK_BOT_TOKEN')
  expect(stage.program().platforms().slack).toBe('closed')
  expect((await fetch(`${stage.program().url}/health`)).status).toBe(503)
  expect(spoken({ slack }, question)).toEqual([])
  // Nobody waits for it any more.
  ann.deletes(question)
  await ended(stage, 1)
}, 20_000)
