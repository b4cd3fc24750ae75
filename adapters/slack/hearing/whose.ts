import type { Installation, Installations } from '../installations/installation.ts'
import { mentionedBy } from './addressee.ts'
import type { Envelope } from './envelope.ts'
import type { Incoming } from './incoming.ts'

/**
 * Whose Parley a message is for. Slack tells what happens in a shared channel once, in the name of any one of the
 * companies that have Parley there. null: nobody's, or Parley itself says it.
 */
export async function whose(
  { workspace, enterprise, isShared, teams }: Envelope,
  message: Incoming,
  installations: Pick<Installations, 'of' | 'all'>,
  signal: AbortSignal,
): Promise<Installation | null> {
  const told = await installations.of(workspace, enterprise, signal)
  const all = isShared ? await installations.all(signal) : []
  if ([...all, told].some((one) => one?.botUser === message.user)) return null
  // Among many the same for each event of the same message.
  const sorted = all.toSorted((a, b) => (a.team < b.team ? -1 : 1))
  const mentioned = mentionedBy(message).users
  const called = sorted.filter(({ botUser }) => mentioned.includes(botUser))
  const own = sorted.find(({ team }) => team === message.home)
  if (own && called.includes(own)) return own
  return called[0] ?? own ?? sorted.find(({ team }) => teams.includes(team)) ?? told
}
