import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { pino } from 'pino'
import { createAsk } from '../../adapters/slack/installations/asking.ts'
import { createOAuthInstallations } from '../../adapters/slack/installations/oauth.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Store } from '../../src/ports/store.ts'
import { mapStore } from './discord-hearing-world.ts'

export const credentials = { clientId: '111.222', clientSecret: 'c0ffee-secret' }

interface Tenant {
  readonly team: string | null
  readonly enterprise: string | null
  readonly name: string
  readonly rotates: boolean
}

/** As much of Slack as installs apps and gives out tokens; refresh tokens are good for one use. */
export async function tokenOffice() {
  const ledger: { readonly method: string; readonly args: Readonly<Record<string, string>> }[] = []
  const codes = new Map<string, Tenant>()
  const tokens = new Map<string, Tenant>()
  const refreshes = new Map<string, Tenant>()
  /** Answered instead, one call each. */
  const faults: (Record<string, unknown> | 'cut')[] = []
  let made = 0
  let held: Promise<void> | null = null

  function issue(tenant: Tenant): Record<string, unknown> {
    const token = `xoxb-${++made}`
    tokens.set(token, tenant)
    const refresh = `xoxe-1-${made}`
    if (tenant.rotates) refreshes.set(refresh, tenant)
    return {
      ok: true,
      token_type: 'bot',
      access_token: token,
      scope: 'chat:write,im:history',
      bot_user_id: 'UBOT',
      app_id: 'A1',
      team: tenant.team === null ? null : { id: tenant.team, name: tenant.name },
      enterprise: tenant.enterprise === null ? null : { id: tenant.enterprise, name: tenant.name },
      is_enterprise_install: tenant.team === null,
      ...(tenant.rotates && { expires_in: 43_200, refresh_token: refresh }),
    }
  }

  function answer(method: string, args: Readonly<Record<string, string>>): Record<string, unknown> {
    if (method === 'auth.test') {
      const tenant = tokens.get(args.token ?? '')
      if (!tenant) return { ok: false, error: 'invalid_auth' }
      const team_id = tenant.team ?? tenant.enterprise
      const who = { team: tenant.name, team_id, enterprise_id: tenant.enterprise }
      return {
        ok: true,
        ...who,
        user_id: 'UBOT',
        bot_id: 'BBOT',
        is_enterprise_install: tenant.team === null,
      }
    }
    if (args.client_id !== credentials.clientId || args.client_secret !== credentials.clientSecret)
      return { ok: false, error: 'bad_client_secret' }
    const [papers, paper] =
      args.grant_type === 'refresh_token' ? [refreshes, args.refresh_token] : [codes, args.code]
    const tenant = papers.get(paper ?? '')
    papers.delete(paper ?? '')
    return tenant
      ? issue(tenant)
      : { ok: false, error: papers === codes ? 'invalid_code' : 'invalid_refresh_token' }
  }

  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const method = (request.url ?? '').slice('/api/'.length)
    const bearer = request.headers.authorization?.replace(/^Bearer /, '')
    const args = { ...Object.fromEntries(new URLSearchParams(text)), ...(bearer && { token: bearer }) }
    ledger.push({ method, args })
    await held
    const fault = faults.shift()
    if (fault === 'cut') {
      request.socket.destroy()
      return
    }
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(fault ?? answer(method, args)))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const apiUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`

  return {
    apiUrl,
    ledger,
    faults,
    tokens,
    code: (tenant: Partial<Tenant>) => {
      const code = `code-${++made}`
      codes.set(code, { team: 'T1', enterprise: null, name: 'Acme', rotates: false, ...tenant })
      return code
    },
    token: (tenant: Partial<Tenant>) => {
      const whole = { team: 'T1', enterprise: null, name: 'Acme', rotates: false, ...tenant }
      return issue(whole).access_token as string
    },
    /** Answers wait until the returned function is called. */
    hold: () => {
      const { promise, resolve } = Promise.withResolvers<void>()
      held = promise
      return resolve
    },
    calls: (method: string) => ledger.filter((call) => call.method === method),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

export type TokenOffice = Awaited<ReturnType<typeof tokenOffice>>

/** A log that can be read. */
export function readableLog() {
  const lines: string[] = []
  return { lines, log: pino({ level: 'debug' }, { write: (line: string) => void lines.push(line) }) }
}

export const askOf = ({ apiUrl }: Pick<TokenOffice, 'apiUrl'>, log = pino({ level: 'silent' })) =>
  createAsk({ apiUrl, clock: systemClock(), log })

export function oauthOf(
  office: TokenOffice,
  given: { readonly store?: Store; readonly clock?: Clock; readonly publicUrl?: string } = {},
) {
  const over = new AbortController()
  const { lines, log } = readableLog()
  const store = given.store ?? mapStore()
  const installations = createOAuthInstallations({
    credentials,
    scopes: ['chat:write', 'im:history'],
    apiUrl: office.apiUrl,
    publicUrl: given.publicUrl ?? null,
    ask: askOf(office, log),
    store,
    clock: given.clock ?? systemClock(),
    log,
    signal: over.signal,
  })
  const open = async (path: string, cookie = ''): Promise<Response> => {
    const url = new URL(path, 'http://parley.test')
    const route = installations.routes.find((one) => one.path === url.pathname)
    if (!route) throw new Error(`There is no ${path}`)
    return route.handle(new Request(url, { headers: { cookie } }))
  }
  /** As a browser does it: to Slack with a state and a cookie. */
  const begin = async () => {
    const first = await open('/slack/install')
    const cookie = first.headers.get('set-cookie')?.split(';')[0] ?? ''
    const to = new URL(first.headers.get('location') ?? '')
    return { first, cookie, to, state: to.searchParams.get('state') ?? '' }
  }
  const install = async (code: string): Promise<Response> => {
    const { cookie, state } = await begin()
    return open(`/slack/oauth_redirect?code=${code}&state=${encodeURIComponent(state)}`, cookie)
  }
  return { installations, store, lines, over, open, begin, install }
}
