import { type APIGuildMember, Routes } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import type { PacedGet } from '../paced-get.ts'
import type { IncomingMember } from './incoming.ts'

/** A person's name and roles in a guild, for messages that don't carry them (those fetched after a gap). */
export type Members = (
  guild: string | null,
  user: string,
  signal: AbortSignal,
) => Promise<IncomingMember | undefined>

const remembered = 500
/** Milliseconds: roles are taken away too. */
const fresh = 60_000

export function createMembers(get: PacedGet, clock: Clock, log: Logger): Members {
  const known = new Map<string, { readonly member: IncomingMember; readonly at: number }>()
  return async (guild, user, signal) => {
    if (guild === null) return undefined
    const key = `${guild}/${user}`
    const kept = known.get(key)
    if (kept && clock.elapsed() - kept.at < fresh) return kept.member
    const got = await get<APIGuildMember>({ route: Routes.guildMember(guild, user) }, signal)
    if (got.kind === 'failed') {
      // Access by role is then refused: better than let in by mistake.
      log.warn({ err: got.cause, guild }, 'Who wrote could not be looked up; taken as without roles')
      return undefined
    }
    known.delete(key)
    for (const oldest of known.keys()) {
      if (known.size < remembered) break
      known.delete(oldest)
    }
    known.set(key, { member: got.body, at: clock.elapsed() })
    return got.body
  }
}
