import type { Spot } from '../../src/ports/intake.ts'

/** Where a message stands, as Slack tells it. */
export interface Whereabouts {
  /** `workspaceOf` the installation that hears it. */
  readonly workspace: string
  readonly channel: string
  readonly ts: string
  /** Of the message under which it was written; also its own, when others wrote under it. */
  readonly thread: string | null
}

/** A message's surroundings, the same for what is heard and what is called in them. */
export function spotOf({ workspace, channel, ts, thread: under }: Whereabouts): Spot {
  const thread = under === ts ? null : under
  return {
    platform: 'slack',
    workspace,
    channel,
    thread,
    message: { channel, id: ts },
    repliesTo: thread === null ? null : { channel, id: thread },
    direct: isBetweenTwo(channel),
    // Under each message that stands in a channel there can be a thread.
    threadIfOpened: thread === null ? ts : null,
  }
}

/**
 * Direct messages of two; those of several are channels. What Parley hears in them is between one person and it; where a
 * command is called it need not be one of the two (`Directory.isDirect`).
 */
export const isBetweenTwo = (channel: string): boolean => channel.startsWith('D')

/**
 * The workspace of a conversation: the team in which Parley is installed, or the organisation when it is installed for
 * all of it: there a channel may belong to several teams, and each event names another.
 */
export const workspaceOf = (where: {
  readonly team: string | null
  readonly enterprise: string | null
  readonly isOrgWide: boolean
}): string | null => (where.isOrgWide ? (where.enterprise ?? where.team) : (where.team ?? where.enterprise))
