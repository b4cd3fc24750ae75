import type { Place } from '../../src/ports/event.ts'

/** What `Place.via` says of what is being answered. It may hold a response URL: a secret. */
export interface Via {
  /** Where a command's or a button's answer may be posted without being a member; null = nowhere. */
  readonly responseUrl: string | null
  /** The person alone sees the answer. */
  readonly private: boolean
  /** Who asked, `U…`: who sees a private answer, and for whom a stream is shown in a channel. */
  readonly user: string
  /** The person's own workspace, where it is another one than the conversation's. */
  readonly userTeam?: string
  /** When it came: milliseconds since the epoch, by our clock. */
  readonly at: number
}

/** Slack takes answers at a response URL for 30 minutes; the last one is left for calls that are under way. */
const USABLE_MS = 29 * 60_000

export const writeVia = (via: Via): string => JSON.stringify(via)

/** Null where the place has none, or one that is not ours. */
export function readVia({ via }: Pick<Place, 'via'>): Via | null {
  if (via === undefined) return null
  try {
    const read: unknown = JSON.parse(via)
    return isVia(read) ? read : null
  } catch {
    // Not JSON: written by nobody here, so it opens no way.
    return null
  }
}

/** Whether its response URL still takes answers. */
export const isAlive = (via: Via, now: number): boolean =>
  via.responseUrl !== null && now - via.at < USABLE_MS

function isVia(read: unknown): read is Via {
  if (typeof read !== 'object' || read === null) return false
  const via: Partial<Record<keyof Via, unknown>> = read
  return (
    (via.responseUrl === null || typeof via.responseUrl === 'string') &&
    typeof via.user === 'string' &&
    via.user !== '' &&
    (via.userTeam === undefined || typeof via.userTeam === 'string') &&
    typeof via.private === 'boolean' &&
    typeof via.at === 'number'
  )
}
