import type { AuthTestResponse } from '@slack/web-api'
import type { Ask } from './asking.ts'
import type { Installation } from './installation.ts'
import { bodyOf, InstallationRefused } from './refused.ts'

const method = 'auth.test'

/** Who Parley is with this token: one call. Rejects with `InstallationRefused` or `SlackSilent`. */
export async function whoIs(ask: Ask, token: string, signal: AbortSignal): Promise<Installation> {
  const reply = await ask<AuthTestResponse>(method, { token }, signal)
  signal.throwIfAborted()
  const body = bodyOf(method, reply)
  const enterprise = body.enterprise_id ?? null
  const team = body.is_enterprise_install ? enterprise : body.team_id
  // A person's token (`xoxp-…`) has no bot, and Parley would speak as that person.
  if (!team || !body.user_id || !body.bot_id) throw new InstallationRefused(method, 'not_allowed_token_type')
  return {
    team,
    enterprise,
    token,
    botUser: body.user_id,
    botId: body.bot_id,
    app: body.app_id ?? null,
    teamName: body.team ?? team,
    scopes: reply.kind === 'done' ? reply.scopes : [],
  }
}
