import { describe, expect, it } from 'vitest'
import type { FakeTeam } from '../fakes/slack/places.ts'
import { browserOf, install, movableTime, openToAll } from './slack-installing.ts'
import { modes, type SlackStage } from './slack-stage.ts'
import { say } from './slack-telling.ts'
import { asked, finished, patienceMs } from './slack-watching.ts'

const minutes = 60_000
const hours = 60 * minutes

/** Somebody asks in a channel of the workspace, and gets this answer. */
async function answers(stage: SlackStage, team: FakeTeam, words: string): Promise<void> {
  const channel = team.channel({ name: 'general' })
  stage.model.next(say(words))
  const question = team.person({ name: 'Ann' }).says(channel, `<@${team.bot.user}> hello`)
  await finished(stage, question, words)
}

const exchanges = ({ slack }: SlackStage) => slack.ledger.of('oauth.v2.access')
const renewals = (stage: SlackStage) => exchanges(stage).filter(({ args }) => args.grant_type)

describe.each(modes)('by %s', (mode) => {
  it('two workspaces install Parley from its page; each is answered with its own token', async () => {
    const stage = await openToAll({ mode })
    const { slack } = stage
    const red = slack.workspace({ name: 'Red', installed: false })
    const blue = slack.workspace({ name: 'Blue', installed: false })
    expect(await install(stage, red)).toMatchObject({ status: 200 })
    expect((await install(stage, blue)).words).toContain('Parley is in Blue now')
    await answers(stage, red, 'In red.')
    await answers(stage, blue, 'In blue.')
    const posts = slack.ledger.calls.filter(({ method }) => method.startsWith('chat.'))
    expect(new Set(posts.map(({ team }) => team))).toEqual(new Set([red.id, blue.id]))
    expect(posts.filter(({ ok }) => !ok)).toEqual([])
    expect(new Set(posts.map(({ tokenBy }) => tokenBy))).toEqual(new Set(['header']))
    // In a new process nobody has to do it again.
    await stage.stop()
    await stage.begin()
    await answers(stage, red, 'In red again.')
    expect(exchanges(stage)).toHaveLength(2)
  })

  it('an uninstalled workspace is served no more, the others are; installed again it is', async () => {
    const stage = await openToAll({ mode })
    const { slack, log } = stage
    const red = slack.workspace({ name: 'Red', installed: false })
    const blue = slack.workspace({ name: 'Blue', installed: false })
    await install(stage, red)
    await install(stage, blue)
    red.uninstall()
    await slack.until(() => log.some((line) => line.includes('was uninstalled')))
    await answers(stage, blue, 'Still here.')
    await install(stage, red)
    await answers(stage, red, 'Here again.')
  })

  it('an organisation installs Parley once, and its workspaces are answered each in its own', async () => {
    const stage = await openToAll({ mode })
    const { slack } = stage
    const about = { enterprise: 'E0HARBOUR', orgWide: true, installed: false }
    const quay = slack.workspace({ ...about, name: 'Quay' })
    const pier = slack.workspace({ ...about, name: 'Pier' })
    expect(await install(stage, quay)).toMatchObject({ status: 200 })
    await answers(stage, quay, 'At the quay.')
    await answers(stage, pier, 'At the pier.')
    expect(exchanges(stage)).toHaveLength(1)
    expect(new Set(slack.ledger.of('chat.postMessage').map(({ team }) => team))).toEqual(
      new Set([quay.id, pier.id]),
    )
  })

  it('tokens that end are renewed, once for all who need one, also after a restart', async () => {
    const time = movableTime()
    const stage = await openToAll({ mode })
    const { slack, model } = stage
    slack.oauth.rotate(12 * hours)
    const red = slack.workspace({ name: 'Red', installed: false })
    await install(stage, red)
    const first = red.botToken
    await answers(stage, red, 'Good morning.')
    expect(renewals(stage)).toEqual([])
    time.skip(13 * hours)
    model.always(say('Good evening.'))
    const ann = red.person({ name: 'Ann' })
    const questions = Array.from({ length: 5 }, (_, index) =>
      ann.says(red.channel({ name: `room-${index}` }), `<@${red.bot.user}> hello`),
    )
    await Promise.all(questions.map((question) => finished(stage, question, 'Good evening.')))
    expect(renewals(stage).map(({ ok }) => ok)).toEqual([true])
    expect(red.botToken).not.toBe(first)
    await stage.stop()
    time.skip(13 * hours)
    await stage.begin()
    await answers(stage, red, 'Good evening.')
    expect(renewals(stage).map(({ ok }) => ok)).toEqual([true, true])
    expect(slack.ledger.calls.filter(({ error }) => error === 'token_expired')).toEqual([])
    for (const token of [first, red.botToken])
      expect(stage.log.filter((line) => line.includes(token))).toEqual([])
  })
})

describe('an installation is refused', () => {
  async function refusedStage(time = movableTime()) {
    const stage = await openToAll({ mode: 'http' })
    const red = stage.slack.workspace({ name: 'Red', installed: false })
    return { stage, red, time, browser: browserOf(stage), allow: stage.slack.oauth.allow }
  }

  it('whose state is missing, made up, from another browser, too old, or used before', async () => {
    const { stage, red, time, browser, allow } = await refusedStage()
    const good = allow(await browser.begin(), red)
    const changed = (state: string | null) => {
      const address = new URL(good)
      if (state === null) address.searchParams.delete('state')
      else address.searchParams.set('state', state)
      return address.href
    }
    const state = new URL(good).searchParams.get('state') ?? ''
    const flipped = `${state.slice(0, -2)}${state.at(-2) === 'A' ? 'B' : 'A'}${state.at(-1)}`
    for (const wrong of [null, '', 'x', flipped, `${Date.now()}.${'A'.repeat(43)}.${'A'.repeat(43)}`]) {
      const opened = browserOf(stage)
      await opened.begin()
      expect(await opened.back(changed(wrong))).toMatchObject({ status: 400 })
    }
    // Sent to somebody else, who opens it.
    const victim = browserOf(stage)
    await victim.begin()
    expect(await victim.back(good)).toMatchObject({ status: 400 })
    const late = browserOf(stage)
    const old = allow(await late.begin(), red)
    time.skip(10 * minutes + 1)
    expect(await late.back(old)).toMatchObject({ status: 400 })
    expect(exchanges(stage)).toEqual([])
    const fresh = browserOf(stage)
    const once = allow(await fresh.begin(), red)
    expect(await fresh.back(once)).toMatchObject({ status: 200 })
    expect(await fresh.back(once)).toMatchObject({ status: 400 })
    expect(exchanges(stage)).toHaveLength(1)
  })

  it('that was called off, or whose code Slack does not take; the next try goes well', async () => {
    const { stage, red, allow } = await refusedStage()
    const off = browserOf(stage)
    const denied = await off.back(allow(await off.begin(), red, { deny: true }))
    expect(denied.words).toContain('called it off')
    const wrong = browserOf(stage)
    const address = new URL(allow(await wrong.begin(), red))
    address.searchParams.set('code', '<script>alert(1)</script>')
    const answer = await wrong.back(address.href)
    expect(answer).toMatchObject({ status: 400, words: expect.stringContaining('was used already') })
    expect(answer.words).not.toContain('<script>')
    for (const fault of [{ status: 500 }, { error: 'bad_client_secret' }] as const) {
      stage.slack.faults.next({ method: 'oauth.v2.access' }, fault)
      expect((await install(stage, red)).status).toBeGreaterThanOrEqual(400)
    }
    expect(await install(stage, red)).toMatchObject({ status: 200 })
    await answers(stage, red, 'Here.')
  })

  it('of a token that Slack renews no more: said in the log, and mended by installing again', async () => {
    const { stage, red, time } = await refusedStage()
    const { slack, log } = stage
    slack.oauth.rotate(12 * hours)
    await install(stage, red)
    time.skip(13 * hours)
    slack.faults.next({ method: 'oauth.v2.access' }, { error: 'invalid_refresh_token' }, 50)
    const channel = red.channel({ name: 'general' })
    const ann = red.person({ name: 'Ann' })
    ann.says(channel, `<@${red.bot.user}> lost`)
    await slack.until(() => log.some((line) => line.includes('has to be installed there again')), patienceMs)
    expect(asked(stage)).toEqual([])
    slack.faults.clear()
    expect(await install(stage, red)).toMatchObject({ status: 200 })
    await answers(stage, red, 'Back again.')
  })
})
