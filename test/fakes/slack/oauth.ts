import { randomBytes } from 'node:crypto'
import { newToken } from './account-methods.ts'
import { type Call, type Method, Refusal, text, textOr } from './method.ts'
import type { Json, TeamState } from './states.ts'
import { teamOf, type World } from './world.ts'

interface Code {
  readonly team: string
  readonly user: string
  readonly redirect: string | null
  readonly scopes: readonly string[]
  readonly at: number
}

/** "Add to Slack": codes, tokens, and tokens that change. */
export function createOAuth(world: World) {
  const codes = new Map<string, Code>()
  const refreshes = new Map<string, string>()
  let rotationMs: number | null = null

  function granted(team: TeamState, user: string): Json {
    const rotating = rotationMs !== null
    const token = newToken(rotating ? 'xoxe.xoxb-1' : 'xoxb', team.id)
    const expiresAt = rotationMs === null ? null : world.now() + rotationMs
    world.tokens.set(token, { kind: 'bot', team: team.id, refused: null, expiresAt })
    // All of an organisation's workspaces share what was granted.
    for (const one of world.teams.values())
      if (one === team || (team.orgWide && one.orgWide && one.enterprise === team.enterprise)) {
        one.botToken = token
        one.installed = true
      }
    let refresh: Json = {}
    if (rotationMs !== null) {
      const refreshToken = newToken('xoxe-1', team.id)
      refreshes.set(refreshToken, team.id)
      refresh = { expires_in: Math.floor(rotationMs / 1000), refresh_token: refreshToken }
    }
    return {
      app_id: world.app.id,
      authed_user: { id: user },
      scope: [...team.scopes].join(','),
      token_type: 'bot',
      access_token: token,
      bot_user_id: team.bot.user,
      team: team.orgWide ? null : { id: team.id, name: team.name },
      enterprise: team.enterprise === null ? null : { id: team.enterprise, name: 'Enterprise' },
      is_enterprise_install: team.orgWide,
      ...refresh,
    }
  }

  function access({ args, headers }: Call): Json {
    const basic = /^Basic (.+)$/.exec(String(headers.authorization ?? ''))?.[1]
    const given =
      basic === undefined
        ? `${textOr(args, 'client_id')}:${textOr(args, 'client_secret')}`
        : Buffer.from(basic, 'base64').toString()
    const [id, secret] = given.split(':')
    if (id !== world.client.id) throw new Refusal('invalid_client_id')
    if (secret !== world.client.secret) throw new Refusal('bad_client_secret')
    const grant = textOr(args, 'grant_type')
    if (grant === 'refresh_token') {
      const token = text(args, 'refresh_token')
      const team = refreshes.get(token)
      // Each is good for one refresh.
      if (team === undefined) throw new Refusal('invalid_refresh_token')
      refreshes.delete(token)
      return granted(teamOf(world, team), '')
    }
    if (grant !== null && grant !== 'authorization_code') throw new Refusal('invalid_grant_type')
    const word = text(args, 'code')
    const code = codes.get(word)
    if (code === undefined) throw new Refusal('invalid_code')
    codes.delete(word)
    if (world.now() >= code.at + 10 * 60_000) throw new Refusal('code_expired')
    if (code.redirect !== null && code.redirect !== textOr(args, 'redirect_uri'))
      throw new Refusal('bad_redirect_uri')
    const team = teamOf(world, code.team)
    team.scopes.clear()
    for (const scope of code.scopes) team.scopes.add(scope)
    return granted(team, code.user)
  }

  const methods: Method[] = [
    {
      name: 'oauth.v2.access',
      token: 'none',
      scopes: [],
      tier: 'tier4',
      args: {
        code: 'text',
        redirect_uri: 'text',
        grant_type: 'text',
        refresh_token: 'text',
        client_id: 'text',
        client_secret: 'text',
      },
      handle: access,
    },
  ]

  return {
    methods,
    controls: {
      /** Tokens given from now on live so long, with a refresh token; null = for ever. */
      rotate(ms: number | null) {
        rotationMs = ms
      },
      /** What the browser is sent to when somebody presses "Allow" (or "Cancel") on the page that `authorize` leads to. */
      allow(
        authorize: string,
        team: { readonly id: string },
        options: { readonly deny?: boolean; readonly user?: { readonly id: string } } = {},
      ): string {
        const asked = new URL(authorize).searchParams
        if (asked.get('client_id') !== world.client.id) throw new Error('that is not this app’s client_id')
        const redirect = asked.get('redirect_uri')
        const back = new URL(redirect ?? 'http://127.0.0.1/slack/oauth_redirect')
        const state = asked.get('state')
        if (state !== null) back.searchParams.set('state', state)
        if (options.deny) {
          back.searchParams.set('error', 'access_denied')
          return back.href
        }
        const code = randomBytes(16).toString('hex')
        const scopes = (asked.get('scope') ?? '').split(/[ ,]/).filter((one) => one !== '')
        codes.set(code, {
          team: team.id,
          user: options.user?.id ?? 'U0INSTALLER',
          redirect,
          scopes,
          at: world.now(),
        })
        back.searchParams.set('code', code)
        return back.href
      },
    },
  }
}

export type OAuthControls = ReturnType<typeof createOAuth>['controls']
