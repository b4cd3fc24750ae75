import type { Place } from '../../src/ports/event.ts'

/** What `Place.via` says of the interaction that is being answered. It holds the interaction's token: a secret. */
export interface Via {
  readonly interaction: string
  readonly application: string
  readonly token: string
  /** `command`, and the form after it: its reply is ours to fill. `component`: a button, whose message stands already. */
  readonly kind: 'command' | 'component'
  /** Deferred as ephemeral: the caller alone sees it. */
  readonly private: boolean
  /** The bot itself can read and write this channel: it is installed in the guild, or this is its own DM. */
  readonly reachable: boolean
  /** When it came: milliseconds since the epoch, by our clock. */
  readonly at: number
  /** Bytes of a file that answers it, where Discord takes more than usual here (`attachment_size_limit`). */
  readonly fileBytes?: number
}

/** Discord keeps an interaction's token for 15 minutes; the last one is left for calls that are under way. */
const USABLE_MS = 14 * 60_000

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

export const isAlive = (via: Via, now: number): boolean => now - via.at < USABLE_MS

function isVia(read: unknown): read is Via {
  if (typeof read !== 'object' || read === null) return false
  const via: Partial<Record<keyof Via, unknown>> = read
  return (
    [via.interaction, via.application, via.token].every((part) => typeof part === 'string' && part !== '') &&
    (via.kind === 'command' || via.kind === 'component') &&
    typeof via.private === 'boolean' &&
    typeof via.reachable === 'boolean' &&
    typeof via.at === 'number' &&
    (via.fileBytes === undefined || typeof via.fileBytes === 'number')
  )
}
