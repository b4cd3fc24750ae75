import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { clientOf, outcome } from '../fakes/slack/client.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'

let slack: SlackFake
let now: number
beforeEach(async () => {
  now = 1_790_000_000_000
  slack = await startSlackFake({ now: () => now })
})
afterEach(() => slack.close())

const bytes = new TextEncoder().encode('low tide')

describe('the fake Slack’s files', () => {
  it('take an upload of the real client into a thread', async () => {
    const channel = slack.team.channel()
    const asked = slack.team.person({ name: 'Ann' }).says(channel, 'the table?')
    await clientOf(slack).filesUploadV2({
      channel_id: channel.id,
      thread_ts: asked.ts,
      file: Buffer.from(bytes),
      filename: 'a.md',
      initial_comment: 'here',
    })
    const answer = slack.visible(asked)[1]!
    expect(answer).toMatchObject({ text: 'here', files: [{ name: 'a.md' }] })
    expect(new TextDecoder().decode(answer.files[0]!.bytes)).toBe('low tide')
    expect(slack.ledger.uploads).toMatchObject([{ bytes: bytes.length }])
  })

  it('open only with a token that may read them; others get a page', async () => {
    const channel = slack.team.channel()
    const ann = slack.team.person({ name: 'Ann' })
    const asked = ann.says(channel, '', { files: [{ name: 'tide.txt', bytes }] })
    const history = await clientOf(slack).conversations.history({ channel: channel.id })
    const file = history.messages![0]!.files![0]!
    expect(history.messages![0]).toMatchObject({ subtype: 'file_share', ts: asked.ts })
    const get = async (authorization?: string) => {
      const response = await fetch(file.url_private_download!, {
        redirect: 'manual',
        headers: authorization === undefined ? {} : { authorization },
      })
      return {
        status: response.status,
        type: response.headers.get('content-type'),
        text: await response.text(),
      }
    }
    const right = `Bearer ${slack.team.botToken}`
    expect(await get(right)).toEqual({ status: 200, type: 'text/plain', text: 'low tide' })
    expect(await get()).toMatchObject({ status: 200, type: expect.stringContaining('text/html') })
    expect(await get(`Bearer ${slack.workspace().botToken}`)).toMatchObject({
      type: expect.stringContaining('text/html'),
    })
    slack.files.redirect('http://127.0.0.1:9/elsewhere')
    expect((await get(right)).status).toBe(302)
    slack.files.expire(file.id)
    expect((await get(right)).status).toBe(404)
    expect(slack.ledger.downloads.map((one) => one.allowed)).toEqual([true, false, false, true, false])
  })

  it('of Slack Connect are told of only by files.info', async () => {
    const other = slack.workspace({ name: 'Pier' })
    const channel = slack.team.channel({ shared: [other] })
    const bob = slack.team.person({ name: 'Bob', foreign: other })
    bob.says(channel, '', { files: [{ name: 'a.txt', bytes, checkInfo: true }] })
    const client = clientOf(slack)
    const { messages } = await client.conversations.history({ channel: channel.id })
    const file = messages![0]!.files![0]!
    expect(messages![0]).toMatchObject({ user_team: other.id })
    expect(file).toMatchObject({ file_access: 'check_file_info' })
    expect(file).not.toHaveProperty('url_private')
    expect(await client.files.info({ file: file.id! })).toMatchObject({
      file: { name: 'a.txt', size: bytes.length },
    })
  })
})

describe('the fake Slack’s OAuth', () => {
  it('gives a token for a code, once, and a new one for each refresh token', async () => {
    slack.oauth.rotate(43_200_000)
    const team = slack.workspace({ installed: false })
    const redirect_uri = 'https://parley.example/slack/oauth_redirect'
    const page = `https://slack.com/oauth/v2/authorize?client_id=${slack.client.id}&scope=chat:write,im:history&state=s1&redirect_uri=${encodeURIComponent(redirect_uri)}`
    const back = new URL(slack.oauth.allow(page, team))
    expect(back.searchParams.get('state')).toBe('s1')
    expect(new URL(slack.oauth.allow(page, team, { deny: true })).searchParams.get('error')).toBe(
      'access_denied',
    )
    const client = clientOf(slack, '')
    const own = { client_id: slack.client.id, client_secret: slack.client.secret }
    const exchange = { ...own, code: back.searchParams.get('code')!, redirect_uri }
    expect(await outcome(client.oauth.v2.access({ ...exchange, client_secret: 'wrong' }))).toBe(
      'bad_client_secret',
    )
    const given = await client.oauth.v2.access(exchange)
    expect(given).toMatchObject({
      team: { id: team.id },
      bot_user_id: team.bot.user,
      scope: 'chat:write,im:history',
      expires_in: 43_200,
    })
    expect(await outcome(client.oauth.v2.access(exchange))).toBe('invalid_code')
    expect(await outcome(clientOf(slack, given.access_token!).auth.test())).toBe('ok')
    const refresh = { ...own, grant_type: 'refresh_token' as const, refresh_token: given.refresh_token! }
    const next = await client.oauth.v2.access(refresh)
    expect(await outcome(client.oauth.v2.access(refresh))).toBe('invalid_refresh_token')
    now += 43_200_000
    expect(await outcome(clientOf(slack, given.access_token!).auth.test())).toBe('token_expired')
    expect(next.access_token).toBe(team.botToken)
  })

  it('lets an org-wide token speak in the workspace that team_id names', async () => {
    const about = { enterprise: 'E0GRID', orgWide: true }
    const one = slack.workspace({ ...about, name: 'One' })
    const two = slack.workspace({ ...about, name: 'Two' })
    expect(one.botToken).toBe(two.botToken)
    const channel = two.channel()
    const post = (team_id: string) =>
      outcome(
        clientOf(slack, one.botToken).apiCall('chat.postMessage', {
          team_id,
          channel: channel.id,
          text: 'x',
        }),
      )
    expect(await post(one.id)).toBe('channel_not_found')
    expect(await post(two.id)).toBe('ok')
    expect(await clientOf(slack, one.botToken).auth.test()).toMatchObject({ is_enterprise_install: true })
  })
})
