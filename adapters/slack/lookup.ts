import type { Logger } from 'pino'
import type { Clock } from '../../src/ports/clock.ts'
import { createRecent } from '../../src/recent.ts'
import { within } from '../../src/within.ts'

/**
 * What is known of one thing of a workspace; null = not known, or not within `wait` milliseconds (0: nobody waits, but it
 * may be known the next time). Rejects with `ended`'s reason only.
 */
export type Lookup<T> = (team: string, id: string, wait: number, ended: AbortSignal) => Promise<T | null>

export interface LookupParts {
  readonly clock: Clock
  readonly log: Logger
  /** Ends everything that waits. */
  readonly signal: AbortSignal
}

/** Milliseconds: people are given other names and rights. */
const fresh = 3_600_000
/** Milliseconds until something is looked up again that could not be. */
const again = 30_000
/** Milliseconds of one lookup, which goes on when nobody waits for it any more. */
const limit = 10_000
const remembered = 5_000
/**
 * At once: what comes on top is not known. Slack takes no more a minute (Slack's documents, "Rate limits": Tier 4), so that
 * in a crowd nobody would wait for the rest but in vain.
 */
const mostUnderWay = 100

/** Asks for each thing once at a time, for all who want to know, and remembers it for an hour. */
export function createLookup<T>(
  { clock, log, signal }: LookupParts,
  fetch: (team: string, id: string, signal: AbortSignal) => Promise<T>,
): Lookup<T> {
  const known = createRecent<{ readonly value: T | null; readonly until: number }>(remembered)
  const underWay = new Map<string, Promise<T | null>>()

  function begin(key: string, team: string, id: string, before: T | null): Promise<T | null> {
    const keep = (value: T | null, ms: number): T | null => {
      known.set(key, { value, until: clock.elapsed() + ms })
      return value
    }
    const asked = within({ clock, limit, signal }, (own) => fetch(team, id, own))
      .then(
        (value) => keep(value, fresh),
        (error: unknown) => {
          if (!signal.aborted) log.debug({ err: error, team }, 'A name could not be looked up')
          return keep(before, again)
        },
      )
      .finally(() => underWay.delete(key))
    underWay.set(key, asked)
    return asked
  }

  return async (team, id, wait, ended) => {
    ended.throwIfAborted()
    const key = `${team}/${id}`
    const kept = known.get(key)
    if (kept && clock.elapsed() < kept.until) return kept.value
    const before = kept?.value ?? null
    const running = underWay.get(key)
    if (!running && underWay.size >= mostUnderWay) return before
    const asked = running ?? begin(key, team, id, before)
    // What was known before is better than nothing, and than waiting.
    if (before !== null || wait === 0) return before
    return within({ clock, limit: wait, signal: ended }, () => asked).catch(() => {
      ended.throwIfAborted()
      return null
    })
  }
}
