import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { describe, expect, it, onTestFinished } from 'vitest'
import { temporaryDirectory } from './house.ts'
import { openSlackStage } from './slack-stage.ts'
import { atHome, say } from './slack-telling.ts'
import { asked, finished, spoken } from './slack-watching.ts'

/** The body of a mention, as Slack sends it. */
const mentionBody = (team: string, app: string, channel: string, user: string, words: string, ts: string) =>
  JSON.stringify({
    type: 'event_callback',
    team_id: team,
    api_app_id: app,
    event_id: 'Ev0REPLAYED',
    event_time: Math.floor(Number(ts)),
    authorizations: [{ team_id: team, user_id: 'U', is_bot: true }],
    event: { type: 'app_mention', user, text: words, ts, event_ts: ts, channel, team },
  })

describe('what is posted to /slack/events', () => {
  it('the address is verified, and every event is acknowledged within three seconds', async () => {
    const { stage, slack, model, parley, channel, ann } = await atHome({ mode: 'http' })
    expect(await slack.http.verify()).toBe(true)
    model.always(say('Here.'))
    await finished(stage, ann.says(channel, `${parley} hello`), 'Here.')
    const posts = () => slack.ledger.posts.filter(({ kind }) => kind === 'events_api')
    await slack.until(() => posts().length > 1 && posts().every(({ durationMs }) => durationMs !== null))
    expect(posts().filter(({ status, durationMs }) => status !== 200 || durationMs! >= 3_000)).toEqual([])
  })

  it('a request replayed within the window, and one that Slack repeats, are duplicates; later ones are refused', async () => {
    const { stage, slack, team, model, parley, channel, ann } = await atHome({ mode: 'http' })
    model.always(say('Here.'))
    const question = ann.says(channel, `${parley} hello`, { unheard: true })
    const body = mentionBody(team.id, slack.app.id, channel.id, ann.id, `${parley} hello`, question.ts)
    const now = Math.floor(Date.now() / 1_000)
    const send = (seconds: number, headers: Record<string, string> = {}) =>
      slack.http.send({ body, timestamp: now + seconds, headers }).then(({ status }) => status)
    const statuses = [
      await send(-290),
      await send(-290),
      await send(0, { 'x-slack-retry-num': '1', 'x-slack-retry-reason': 'http_timeout' }),
      await send(290, { 'x-slack-retry-num': '2', 'x-slack-retry-reason': 'http_error' }),
    ]
    expect(statuses).toEqual([200, 200, 200, 200])
    expect([await send(-302), await send(303)]).toEqual([401, 401])
    await finished(stage, question, 'Here.')
    expect(asked(stage)).toHaveLength(1)
    expect(spoken(stage, question)).toHaveLength(1)
  })

  it('whatever is wrong with a signature, nothing is heard', async () => {
    const { stage, slack, team, parley, channel, ann } = await atHome({ mode: 'http' })
    const question = ann.says(channel, `${parley} hello`, { unheard: true })
    const body = mentionBody(team.id, slack.app.id, channel.id, ann.id, `${parley} hello`, question.ts)
    const now = String(Math.floor(Date.now() / 1_000))
    const right = slack.http.signature(now, body)
    const changed = Array.from({ length: right.length }, (_, at) => {
      const other = right[at] === '0' ? '1' : '0'
      return right.slice(0, at) + other + right.slice(at + 1)
    })
    const wrong = [
      ...changed,
      null,
      '',
      'v0=',
      right.slice(0, -1),
      `${right}0`,
      right.slice(3),
      right.toUpperCase(),
    ]
    const statuses = await Promise.all(
      wrong.map(async (signature) => (await slack.http.send({ body, timestamp: now, signature })).status),
    )
    expect(new Set(statuses)).toEqual(new Set([401]))
    for (const timestamp of [null, '', 'now', `${now}.5`, `${Number(now) + 1}`])
      expect((await slack.http.send({ body, timestamp, signature: right })).status).toBe(401)
    expect(asked(stage)).toEqual([])
    expect(spoken(stage, question)).toEqual([])
  })

  it('stands open where playground and REST are closed, and takes nothing but posts', async () => {
    const stage = await openSlackStage({ mode: 'http', env: { HOST: '0.0.0.0' } })
    const { slack, model, parley } = stage
    const url = stage.program().url.replace('0.0.0.0', '127.0.0.1')
    slack.http.to(`${url}/slack/events`)
    expect((await fetch(`${url}/models`)).status).toBe(403)
    for (const method of ['GET', 'PUT', 'DELETE'])
      expect((await fetch(`${url}/slack/events`, { method })).status).toBe(405)
    model.next(say('Here.'))
    const ann = slack.team.person({ name: 'Ann' })
    await finished(stage, ann.says(slack.team.channel({ name: 'general' }), `${parley} hello`), 'Here.')
  })

  it('what the database does not take is answered 503, and answered once when Slack delivers it again', async () => {
    const path = join(temporaryDirectory(), 'parley.db')
    const stage = await openSlackStage({
      mode: 'http',
      env: { DATABASE_URL: `sqlite:${path}` },
      retryMs: [50, 200, 2_000],
    })
    const { slack, model, parley } = stage
    const other = new DatabaseSync(path)
    onTestFinished(() => other.close())
    other.exec(
      "CREATE TRIGGER full BEFORE INSERT ON event BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END",
    )
    const ann = slack.team.person({ name: 'Ann' })
    const question = ann.says(slack.team.channel({ name: 'general' }), `${parley} anybody?`)
    await slack.until(() => slack.ledger.posts.filter(({ status }) => status === 503).length >= 3, 10_000)
    expect(asked(stage)).toEqual([])
    other.exec('DROP TRIGGER full')
    model.next(say('Me.'))
    await finished(stage, question, 'Me.')
    expect(asked(stage)).toHaveLength(1)
  }, 20_000)
})
