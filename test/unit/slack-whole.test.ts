import { afterEach, describe, expect, test } from 'vitest'
import type { Whole } from './slack-whole.ts'
import { wholeSlack } from './slack-whole.ts'

let whole: Whole
afterEach(() => whole?.close())

const refused = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => 'connected',
    (error: unknown) => (error as { words?: string }).words ?? error,
  )

const scene = () => ({
  ann: whole.slack.team.person({ name: 'Ann' }),
  channel: whole.slack.team.channel({ name: 'general' }),
  bot: `<@${whole.slack.team.bot.user}>`,
})

/** How each delivery of an event of this type was answered; over sockets whether, over HTTP with what status. */
const answersTo = (type: string): unknown[] => [
  ...whole.slack.ledger.envelopes
    .filter((entry) => entry.type === type)
    .map(({ ackedAfterMs }) => ackedAfterMs !== null),
  ...whole.slack.ledger.posts.filter((entry) => entry.type === type).map(({ status }) => status),
]

describe.each(['socket', 'http'] as const)('by %s', (mode) => {
  test('a mention is admitted, and acknowledged only then', async () => {
    whole = await wholeSlack(mode)
    await whole.start()
    expect(whole.adapter.state()).toBe('connected')
    const { ann, channel, bot } = scene()
    const held = Promise.withResolvers<void>()
    let asked = false
    whole.admit = async () => {
      asked = true
      await held.promise
      return 'new'
    }
    ann.says(channel, `${bot} hello`)
    await whole.slack.until(() => asked)
    const acknowledged = () =>
      answersTo('app_mention')
        .concat(answersTo('message'))
        .filter((answer) => answer === true || answer === 200)
    expect(acknowledged()).toEqual([])
    held.resolve()
    await whole.slack.until(() => acknowledged().length === 2)
    expect(whole.heard.map(({ kind }) => kind)).toEqual(['message'])
  })

  test('what could not be admitted is delivered again, and answered once', async () => {
    whole = await wholeSlack(mode)
    await whole.start()
    const { ann, channel, bot } = scene()
    let failures = 2
    whole.admit = async () => {
      if (failures-- > 0) throw new Error('database is locked')
      return 'new'
    }
    ann.says(channel, `${bot} hello`)
    await whole.slack.until(() => whole.heard.length === 1)
    expect(answersTo('app_mention').length + answersTo('message').length).toBeGreaterThan(2)
    expect(whole.heard).toHaveLength(1)
  })

  test('a command is acknowledged in time even when the database is slow, and taken in all the same', async () => {
    whole = await wholeSlack(mode, {
      options: { timing: { answerWithin: 100, sockets: { closing: 100 } } },
      fake: { ackTimeoutMs: 3_000 },
    })
    await whole.start()
    const { ann, channel } = scene()
    const held = Promise.withResolvers<void>()
    whole.admit = async () => {
      await held.promise
      return 'new'
    }
    const called = ann.slash(channel, '/ask', 'why?')
    await whole.slack.until(() => called.acknowledgedAfterMs !== null)
    expect([called.acknowledgedAfterMs! < 1_000, whole.heard]).toEqual([true, []])
    held.resolve()
    await whole.slack.until(() => whole.heard.length === 1)
    expect(whole.heard[0]?.kind).toBe('command')
  })

  test('it stops after what is under way was taken in, and takes in nothing more', async () => {
    whole = await wholeSlack(mode, { fake: { ackTimeoutMs: 3_000 } })
    await whole.start()
    const { ann, channel, bot } = scene()
    let asked = false
    const held = Promise.withResolvers<void>()
    whole.admit = async () => {
      asked = true
      await held.promise
      return 'new'
    }
    ann.says(channel, `${bot} hello`)
    await whole.slack.until(() => asked)
    let over = false
    const stopped = whole.adapter.platform.stop().then(() => {
      over = true
    })
    ann.says(channel, `${bot} too late`)
    await new Promise((resolve) => setTimeout(resolve, 150))
    expect(over).toBe(false)
    held.resolve()
    await stopped
    expect([whole.heard.length, whole.adapter.state()]).toEqual([1, 'closed'])
    await whole.slack.until(() => [true, 200].includes(answersTo('app_mention')[0] as never))
  })

  test('a wrong bot token ends the start in words', async () => {
    whole = await wholeSlack(mode, { options: { botToken: 'xoxb-0-wrong' } })
    expect(await refused(whole.start())).toMatch(/does not accept SLACK_BOT_TOKEN/)
    expect(whole.adapter.state()).not.toBe('connected')
    expect(whole.logged.join('')).not.toContain('xoxb-0-wrong')
  })

  test('so does one that was revoked', async () => {
    whole = await wholeSlack(mode)
    whole.slack.team.revoke('token_revoked')
    expect(await refused(whole.start())).toMatch(/SLACK_BOT_TOKEN was revoked/)
  })

  test('trouble that passes is no error of the start', async () => {
    whole = await wholeSlack(mode)
    whole.slack.faults.next({ method: 'auth.test' }, { status: 503 })
    await whole.start()
    expect(whole.adapter.state()).toBe('connected')
  })

  test('scopes that are missing are named with the line for the manifest, and the rest works', async () => {
    whole = await wholeSlack(mode)
    whole.slack.team.withhold('files:read', 'users:read')
    await whole.start()
    const words = whole.logged.find((line) => line.includes('lacks scopes')) ?? ''
    expect(words).toMatch(/files:read \(/)
    expect(JSON.parse(words).msg).toContain('Add "files:read", "users:read" to oauth_config.scopes.bot')
    expect(whole.adapter.state()).toBe('connected')
  })
})

test('after a gap in which nothing could be heard, what was said is fetched', async () => {
  whole = await wholeSlack('socket', {
    options: { timing: { sockets: { closing: 100 }, pauses: { first: 20, longest: 100 } } },
    fake: { keepMs: 0 },
  })
  await whole.start()
  const { ann, channel, bot } = scene()
  ann.says(channel, `${bot} before`)
  await whole.slack.until(() => whole.heard.length === 1)
  const back = whole.slack.sockets.away()
  await whole.slack.until(() => whole.adapter.state() === 'connecting')
  ann.says(channel, `${bot} meanwhile`)
  await new Promise((resolve) => setTimeout(resolve, 30))
  back()
  await whole.slack.until(() => whole.heard.length === 2)
})

test('every event four times, shuffled, while connections drop: each is taken in once', async () => {
  whole = await wholeSlack('socket', { fake: { limits: 'none' } })
  await whole.start()
  const { ann, channel, bot } = scene()
  whole.slack.deliver({ times: 4, shuffled: true, withinMs: 5 })
  for (let count = 0; count < 40; count++) {
    ann.says(channel, `${bot} message ${count}`)
    if (count % 4 === 0) whole.slack.sockets.drop(whole.slack.sockets.numbers()[0])
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await whole.slack.until(() => whole.heard.length === 40)
  expect(new Set(whole.heard.map(({ id }) => id)).size).toBe(40)
})
