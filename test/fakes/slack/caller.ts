import type { IncomingMessage } from 'node:http'
import type { Method } from './method.ts'
import { Refusal } from './refusal.ts'
import type { Json, TeamState } from './states.ts'
import type { World } from './world.ts'

/** Whose token it is; one for a whole Grid speaks where `team_id` says, or where what the call names belongs. */
function teamAsked(world: World, id: string, sent: Json): TeamState {
  const team = world.teams.get(id)!
  if (!team.orgWide) return team
  const other = world.teams.get(typeof sent.team_id === 'string' ? sent.team_id : (named(world, sent) ?? id))
  if (other?.enterprise === team.enterprise) return other
  if (typeof sent.team_id === 'string') throw new Refusal('team_not_found')
  return team
}

function named(world: World, sent: Json): string | undefined {
  const { channel, channel_id = channel, trigger_id, user, user_id = user } = sent
  return (
    world.channels.get(String(channel_id))?.team ??
    world.triggers.get(String(trigger_id))?.team ??
    world.users.get(String(user_id))?.team
  )
}

/** Whose token it is, and whether it may call this. */
export function callerOf(
  world: World,
  method: Method,
  request: IncomingMessage,
  sent: Json,
  headers: Record<string, string>,
) {
  if (method.token === 'none') return { team: null, owner: 'app', token: '' }
  const token = tokenOf(request, sent)
  if (token === null) throw new Refusal('not_authed')
  const state = world.tokens.get(token)
  if (state === undefined) throw new Refusal('invalid_auth')
  if (state.refused !== null) throw new Refusal(state.refused)
  if (state.expiresAt !== null && world.now() >= state.expiresAt) throw new Refusal('token_expired')
  if (state.kind !== method.token) throw new Refusal('not_allowed_token_type')
  const team = state.kind === 'app' ? null : teamAsked(world, state.team, sent)
  const granted = team?.scopes ?? world.app.scopes
  const provided = [...granted].join(',')
  headers['x-oauth-scopes'] = provided
  headers['x-accepted-oauth-scopes'] = method.scopes.join(',')
  if (method.scopes.length > 0 && !method.scopes.some((scope) => granted.has(scope)))
    throw new Refusal('missing_scope', { needed: method.scopes[0], provided })
  return { team, owner: team?.id ?? 'app', token }
}

function tokenOf(request: IncomingMessage, sent: Json): string | null {
  const header = request.headers.authorization
  if (header?.startsWith('Bearer ')) return header.slice('Bearer '.length)
  return typeof sent.token === 'string' && sent.token !== '' ? sent.token : null
}
