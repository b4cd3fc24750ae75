import type { OauthV2AccessResponse } from '@slack/web-api'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Ask } from './asking.ts'
import type { Credentials } from './credentials.ts'
import type { Kept } from './kept.ts'
import { bodyOf } from './refused.ts'
import { whoIs } from './who.ts'

const method = 'oauth.v2.access'

/** Gives Slack the code that a browser brought, for an installation. Rejects with `InstallationRefused` or `SlackSilent`. */
export async function exchangeCode(
  code: string,
  parts: {
    readonly credentials: Credentials
    /** As it was told when the browser was sent to Slack; absent if it was not. */
    readonly redirectUri: string | null
    readonly ask: Ask
    readonly clock: Clock
    readonly signal: AbortSignal
  },
): Promise<Kept> {
  const { ask, clock, signal, redirectUri } = parts
  const asked = clock.now()
  const reply = await ask<OauthV2AccessResponse>(
    method,
    {
      client_id: parts.credentials.clientId,
      client_secret: parts.credentials.clientSecret,
      code,
      ...(redirectUri !== null && { redirect_uri: redirectUri }),
    },
    signal,
  )
  signal.throwIfAborted()
  const body = bodyOf(method, reply)
  const { access_token: token, refresh_token: refreshToken, expires_in } = body
  if (!token || !body.bot_user_id) throw new TypeError('Slack gave no token for a bot')
  const who = await whoIs(ask, token, signal)
  const org = body.is_enterprise_install === true
  return {
    ...who,
    team: (org ? body.enterprise?.id : body.team?.id) ?? who.team,
    enterprise: body.enterprise?.id ?? who.enterprise,
    teamName: (org ? body.enterprise?.name : body.team?.name) ?? who.teamName,
    app: body.app_id ?? who.app,
    scopes: body.scope?.split(',') ?? who.scopes,
    ...(refreshToken && expires_in && { rotation: { refreshToken, expiresAt: asked + expires_in * 1_000 } }),
  }
}
