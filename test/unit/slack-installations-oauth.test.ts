import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { simulatedClock } from '../fakes/clock.ts'
import { mapStore } from './discord-hearing-world.ts'
import { credentials, oauthOf, type TokenOffice, tokenOffice } from './slack-installations-world.ts'

const never = new AbortController().signal

describe('installing by OAuth', () => {
  let office: TokenOffice
  beforeEach(async () => {
    office = await tokenOffice()
  })
  afterEach(() => office.close())

  it('sends the browser to Slack with the scopes and a state, and keeps what comes back', async () => {
    const { installations, install, begin, store } = oauthOf(office)
    const { to, first } = await begin()
    expect(first.status).toBe(302)
    expect(to.pathname).toBe('/oauth/v2/authorize')
    expect(to.searchParams.get('scope')).toBe('chat:write,im:history')
    expect(to.searchParams.get('client_id')).toBe(credentials.clientId)
    expect(first.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Lax/)
    const last = await install(office.code({ team: 'T1', name: 'Acme' }))
    expect(last.status).toBe(200)
    expect(await last.text()).toContain('Parley is in Acme now')
    const next = oauthOf(office, { store })
    for (const { of } of [installations, next.installations])
      expect(await of('T1', null, never)).toMatchObject({ botUser: 'UBOT', botId: 'BBOT', app: 'A1' })
    const later = oauthOf(office, { store }).installations
    expect((await later.all(never)).map(({ team }) => team)).toEqual(['T1'])
    expect(later.known('T1')).toMatchObject({ botUser: 'UBOT' })
  })

  it('a store that takes nothing keeps nobody waiting for ever', async () => {
    const clock = simulatedClock()
    const reached = Promise.withResolvers<void>()
    const set = () => {
      reached.resolve()
      return new Promise<never>(() => undefined)
    }
    const store = { ...mapStore(), set }
    const { install, lines } = oauthOf(office, { clock, store })
    const installed = install(office.code({}))
    await reached.promise
    await clock.run(installed)
    expect((await installed).status).toBe(502)
    expect(lines.join()).toContain('An installation in Slack failed')
  })

  it('tells Slack the same redirect address on both ways where it is configured, and the cookie goes over https alone', async () => {
    const { begin, install } = oauthOf(office, { publicUrl: 'https://parley.example' })
    const { to, first } = await begin()
    const uri = 'https://parley.example/slack/oauth_redirect'
    expect(to.searchParams.get('redirect_uri')).toBe(uri)
    expect(first.headers.get('set-cookie')).toContain('Secure')
    await install(office.code({}))
    expect(office.calls('oauth.v2.access')[0]?.args.redirect_uri).toBe(uri)
  })

  it('a state counts in its own browser, once, and for ten minutes', async () => {
    const clock = simulatedClock()
    const { open, begin } = oauthOf(office, { clock })
    const back = (state: string) => `/slack/oauth_redirect?code=${office.code({})}&state=${state}`
    const mine = await begin()
    const other = await begin()
    expect((await open(back(mine.state), other.cookie)).status).toBe(400)
    expect((await open(back(mine.state))).status).toBe(400)
    const forged = `${mine.state.slice(0, -2)}AA`
    expect((await open(back(forged), `parley_slack_install=${forged}`)).status).toBe(400)
    expect((await open(back(mine.state), mine.cookie)).status).toBe(200)
    expect((await open(back(mine.state), mine.cookie)).status).toBe(400)
    clock.jump(600_001)
    expect((await open(back(other.state), other.cookie)).status).toBe(400)
    expect(office.calls('oauth.v2.access')).toHaveLength(1)
  })

  it('no more than twenty codes a minute reach Slack: new tokens are fetched at the same address', async () => {
    const clock = simulatedClock()
    const { install } = oauthOf(office, { clock })
    const statuses = []
    for (let index = 0; index < 21; index++) statuses.push((await install('junk')).status)
    expect(statuses).toEqual([...Array(20).fill(400), 503])
    expect(office.calls('oauth.v2.access')).toHaveLength(20)
    await clock.advance(60_000)
    expect((await install(office.code({}))).status).toBe(200)
  })

  it('what goes wrong is told in words, escaped, and nothing secret stands in the page or the log', async () => {
    const { install, open, begin, lines, installations } = oauthOf(office)
    expect(await (await install('stale')).text()).toContain('used already')
    const { cookie, state } = await begin()
    const denied = await open(`/slack/oauth_redirect?error=access_denied&state=${state}`, cookie)
    expect(await denied.text()).toContain('You called it off')
    office.faults.push('cut')
    expect((await install(office.code({}))).status).toBe(502)
    const odd = await (await install(office.code({ team: 'T9', name: '<img src=x>' }))).text()
    expect(odd).toContain('&lt;img src=x&gt;')
    const { token } = (await installations.of('T9', null, never)) ?? {}
    for (const secret of [credentials.clientSecret, token ?? '?'])
      for (const text of [odd, ...lines]) expect(text).not.toContain(secret)
  })

  it('workspaces and organisations stand side by side', async () => {
    const { installations, install } = oauthOf(office)
    await install(office.code({ team: 'T1', enterprise: 'E1' }))
    await install(office.code({ team: 'T2' }))
    await install(office.code({ team: null, enterprise: 'E1', name: 'Org' }))
    const { of } = installations
    expect(await of('T1', 'E1', never)).toMatchObject({ team: 'T1' })
    expect(await of('T5', 'E1', never)).toMatchObject({ team: 'E1', teamName: 'Org' })
    expect(await of('E1', null, never)).toMatchObject({ team: 'E1' })
    expect(await of('T2', null, never)).toMatchObject({ team: 'T2' })
    expect(await of('T5', null, never)).toBeNull()
    expect(await installations.all(never)).toHaveLength(3)
  })

  it('an uninstall forgets the workspace, but a late event forgets no new installation', async () => {
    const { installations, install } = oauthOf(office)
    await install(office.code({ team: 'T1' }))
    await installations.forget('T1', null)
    expect(await installations.of('T1', null, never)).toMatchObject({ team: 'T1' })
    office.tokens.clear()
    await installations.forget('T1', null)
    expect(await installations.of('T1', null, never)).toBeNull()
    expect(installations.known('T1')).toBeNull()
    expect(await installations.all(never)).toEqual([])
  })

  it('an organisation stays when one of its workspaces goes', async () => {
    const { installations, install } = oauthOf(office)
    await install(office.code({ team: null, enterprise: 'E1' }))
    await installations.forget('T5', 'E1')
    expect(await installations.of('T6', 'E1', never)).toMatchObject({ team: 'E1' })
  })
})

describe('tokens that are exchanged', () => {
  let office: TokenOffice
  beforeEach(async () => {
    office = await tokenOffice()
  })
  afterEach(() => office.close())
  const hours = 3_600_000
  const renewals = () => office.calls('oauth.v2.access').filter(({ args }) => args.grant_type)

  async function rotating() {
    const clock = simulatedClock()
    const store = mapStore()
    const world = oauthOf(office, { clock, store })
    await world.install(office.code({ team: 'T1', rotates: true }))
    const tokenNow = async () => (await world.installations.of('T1', null, never))?.token
    return { ...world, clock, store, tokenNow, first: await tokenNow() }
  }

  it('two hours ahead another is fetched aside, once, and the old one serves meanwhile', async () => {
    const { clock, tokenNow, first } = await rotating()
    clock.jump(9 * hours)
    expect(await tokenNow()).toBe(first)
    expect(renewals()).toHaveLength(0)
    clock.jump(2 * hours)
    const release = office.hold()
    expect(await Promise.all([1, 2, 3].map(tokenNow))).toEqual([first, first, first])
    release()
    await until(async () => (await tokenNow()) !== first)
    expect(renewals()).toHaveLength(1)
  })

  it('who comes when the token is over waits for the new one, all for the same', async () => {
    const { clock, tokenNow, first, store } = await rotating()
    clock.jump(13 * hours)
    const all = await Promise.all([1, 2, 3, 4, 5].map(tokenNow))
    expect(new Set(all).size).toBe(1)
    expect(all[0]).not.toBe(first)
    expect(renewals()).toHaveLength(1)
    const next = oauthOf(office, { store, clock })
    expect((await next.installations.of('T1', null, never))?.token).toBe(all[0])
    expect(JSON.stringify(await next.installations.of('T1', null, never))).not.toContain('xoxe')
  })

  it('again and again: each refresh token is used once', async () => {
    const { clock, tokenNow } = await rotating()
    for (let day = 0; day < 5; day++) {
      clock.jump(13 * hours)
      expect(await tokenNow()).toMatch(/^xoxb/)
    }
    expect(new Set(renewals().map(({ args }) => args.refresh_token)).size).toBe(5)
  })

  it('an exchange that fails is tried again after a pause, and the old token serves while it lives', async () => {
    const { clock, tokenNow, first, lines } = await rotating()
    clock.jump(11 * hours)
    office.faults.push({ ok: false, error: 'internal_error' })
    expect(await tokenNow()).toBe(first)
    await until(async () => lines.some((line) => line.includes('could not be fetched')))
    expect(await tokenNow()).toBe(first)
    expect(renewals()).toHaveLength(1)
    await clock.advance(1_000)
    await until(async () => (await tokenNow()) !== first)
    expect(renewals()).toHaveLength(2)
  })

  it('while Slack gives no new token, all who need one hear so, and Slack is not asked for each', async () => {
    const { clock, tokenNow } = await rotating()
    clock.jump(13 * hours)
    office.faults.push({ ok: false, error: 'internal_error' })
    const all = await Promise.allSettled([1, 2, 3].map(tokenNow))
    expect(all.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    await expect(tokenNow()).rejects.toThrow('Slack did not answer')
    expect(renewals()).toHaveLength(1)
    await clock.advance(1_000)
    expect(await tokenNow()).toMatch(/^xoxb/)
  })

  it('a new token is used once it is durable; the next try keeps it without another exchange', async () => {
    const { clock, tokenNow, first, store, lines } = await rotating()
    clock.jump(11 * hours)
    const { set } = store
    store.set = async () => {
      throw new Error('The disk is full')
    }
    expect(await tokenNow()).toBe(first)
    await until(async () => lines.some((line) => line.includes('could not be fetched')))
    expect(await tokenNow()).toBe(first)
    store.set = set
    await clock.advance(1_000)
    await until(async () => (await tokenNow()) !== first)
    expect(renewals()).toHaveLength(1)
  })

  it('what another process fetched is used', async () => {
    const { clock, tokenNow, store } = await rotating()
    const other = oauthOf(office, { store, clock })
    await other.installations.of('T1', null, never)
    clock.jump(13 * hours)
    const theirs = (await other.installations.of('T1', null, never))?.token
    expect(await tokenNow()).toBe(theirs)
    expect(renewals()).toHaveLength(1)
  })

  it('a refused exchange is told with what to do, and whoever needs the token hears it', async () => {
    const { clock, tokenNow, lines } = await rotating()
    clock.jump(13 * hours)
    office.faults.push({ ok: false, error: 'invalid_refresh_token' })
    await expect(tokenNow()).rejects.toMatchObject({ error: 'invalid_refresh_token' })
    expect(lines.join()).toContain('installed there again, at /slack/install')
    expect(lines.join()).not.toMatch(/xox[be]/)
  })
})

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await new Promise((resolve) => setImmediate(resolve))
}
