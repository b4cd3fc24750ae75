import { type APIGuildMember, Routes } from 'discord-api-types/v10'
import type { Logger } from 'pino'
import type { Clock } from '../../../src/ports/clock.ts'
import { createRecent } from '../../../src/recent.ts'
import { within } from '../../../src/within.ts'
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
/** Milliseconds until somebody is looked up again who could not be. */
const again = 10_000
/** Milliseconds: a question does not wait longer to learn who asks. */
const limit = 5_000

/** `byRole`: access depends on roles. Otherwise nobody is looked up: messages carry a name of their author, too. */
export function createMembers(get: PacedGet, clock: Clock, log: Logger, byRole: boolean): Members {
  const known = createRecent<{ readonly member: IncomingMember | undefined; readonly at: number }>(remembered)
  return async (guild, user, signal) => {
    if (guild === null || !byRole) return undefined
    const key = `${guild}/${user}`
    const kept = known.get(key)
    if (kept && clock.elapsed() - kept.at < fresh) return kept.member
    try {
      const route = Routes.guildMember(guild, user)
      const got = await within({ clock, limit, signal }, (own) => get<APIGuildMember>({ route }, own))
      if (got.kind === 'failed') throw got.cause
      known.set(key, { member: got.body, at: clock.elapsed() })
      return got.body
    } catch (error) {
      signal.throwIfAborted()
      // Access by role is then refused: better than let in by mistake.
      log.warn({ err: error, guild }, 'Who wrote could not be looked up; taken as without roles')
      known.set(key, { member: undefined, at: clock.elapsed() - fresh + again })
      return undefined
    }
  }
}
