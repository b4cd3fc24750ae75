import { pino } from 'pino'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createOAuthInstallations } from '../../adapters/slack/installations/oauth.ts'
import { createWire } from '../../adapters/slack/wire.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { type SlackFake, startSlackFake } from '../fakes/slack/slack-fake.ts'
import { mapStore } from './discord-hearing-world.ts'
import { askOf } from './slack-installations-world.ts'
import { webWorld } from './web-world.ts'

const never = new AbortController().signal
const hours = 3_600_000

let fake: SlackFake
let skipped = 0
beforeEach(async () => {
  skipped = 0
  fake = await startSlackFake({ now: () => Date.now() + skipped })
})
afterEach(() => fake.close())

function parley() {
  const log = pino({ level: 'silent' })
  const clock = { ...systemClock(), now: () => Date.now() + skipped }
  const installations = createOAuthInstallations({
    credentials: { clientId: fake.client.id, clientSecret: fake.client.secret },
    scopes: ['chat:write', 'users:read'],
    apiUrl: fake.apiUrl,
    publicUrl: 'https://parley.example',
    ask: askOf({ apiUrl: fake.apiUrl }),
    store: mapStore(),
    clock,
    log,
    signal: never,
  })
  const wire = createWire({ installations, apiUrl: fake.apiUrl, clock, log })
  const open = (address: string, cookie = ''): Promise<Response> => {
    const { pathname } = new URL(address)
    const route = installations.routes.find(({ path }) => path === pathname)
    if (!route) throw new Error(`There is no ${pathname}`)
    return route.handle(new Request(address, { headers: { cookie } }))
  }
  async function install(team: { readonly id: string }, deny = false): Promise<string> {
    const first = await open('https://parley.example/slack/install')
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
    const back = fake.oauth.allow(first.headers.get('location') ?? '', team, { deny })
    return (await open(back, cookie)).text()
  }
  const test = (team: string) => wire.call({ team, method: 'auth.test', args: {} }, never)
  return { installations, install, test }
}

it('several workspaces install Parley, each is spoken to with its own token, and no other', async () => {
  const [red, blue, grey] = ['Red', 'Blue', 'Grey'].map((name) => fake.workspace({ name, installed: false }))
  const { install, test } = parley()
  expect(await install(red as never)).toContain('Parley is in Red now')
  expect(await install(blue as never)).toContain('Parley is in Blue now')
  expect(await install(grey as never, true)).toContain('You called it off')
  expect(await test(red?.id ?? '')).toMatchObject({ kind: 'done', body: { team_id: red?.id } })
  expect(await test(blue?.id ?? '')).toMatchObject({ kind: 'done', body: { team_id: blue?.id } })
  expect(await test(grey?.id ?? '')).toMatchObject({ kind: 'refused', error: 'not_installed' })
})

it('fifty calls at once after the token’s end use one new token', async () => {
  fake.oauth.rotate(12 * hours)
  const team = fake.workspace({ name: 'Red', installed: false })
  const { install, test } = parley()
  await install(team)
  for (let day = 0; day < 3; day++) {
    skipped += 13 * hours
    const replies = await Promise.all(Array.from({ length: 50 }, () => test(team.id)))
    expect(new Set(replies.map(({ kind }) => kind))).toEqual(new Set(['done']))
  }
  const exchanges = fake.ledger.calls.filter(
    ({ method, args }) => method === 'oauth.v2.access' && args.grant_type,
  )
  expect(exchanges).toHaveLength(3)
  expect(exchanges.every(({ ok }) => ok)).toBe(true)
})

it('an uninstalled workspace is forgotten, and may come back', async () => {
  const team = fake.workspace({ name: 'Red', installed: false })
  const { install, installations, test } = parley()
  await install(team)
  team.uninstall()
  await installations.forget(team.id, null)
  expect(await installations.of(team.id, null, never)).toBeNull()
  await install(team)
  expect(await test(team.id)).toMatchObject({ kind: 'done' })
})

it('a browser gets there over Parley’s own web server', async () => {
  const team = fake.workspace({ name: 'Red', installed: false })
  const { installations, test } = parley()
  const web = await webWorld({ routes: installations.routes })
  try {
    const first = await fetch(`${web.url}/slack/install`, { redirect: 'manual' })
    expect(first.status).toBe(302)
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
    const back = new URL(fake.oauth.allow(first.headers.get('location') ?? '', team))
    const last = await fetch(`${web.url}${back.pathname}${back.search}`, { headers: { cookie } })
    expect(last.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(await last.text()).toContain('Parley is in Red now')
    expect(await test(team.id)).toMatchObject({ kind: 'done' })
  } finally {
    await web.close()
  }
})
