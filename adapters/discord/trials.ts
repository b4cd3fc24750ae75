import type { Clock } from '../../src/ports/clock.ts'

/** How the connections of each shard went of late: how long to wait before the next, and with what to begin it. */
export interface Trials {
  /** A session was begun, or goes on; null: it has none now. */
  session(shard: number, stands: Standing | null): void
  /** It was closed; whether that has happened too often in a row for discord.js to go on alone. */
  closed(shard: number): boolean
  /** Its socket is given up. `wait`: milliseconds before the next one. */
  next(shard: number): { readonly wait: number; readonly leave: 'socket' | 'session' }
}

export type Standing = 'begun' | 'resumed'

interface Trial {
  /** In a row, without a session between. */
  closes: number
  /** Sessions in a row that did not last, and were not gone on with. */
  begun: number
  /** Given up in a row. */
  sockets: number
  /** Milliseconds before the next. */
  pause: number
  /** `Clock.elapsed`; null while it has no session. */
  stoodAt: number | null
}

/** discord.js begins again after half a second, as often as it likes; after so many failures in a row we pause longer. */
const closesInARow = 6
/** Milliseconds. A session that ends sooner did not last. */
const firm = 60_000
/** A bot may begin 1,000 sessions a day (Discord's documents, "Session Start Limit"); going on with one costs none of them. */
const begunInARow = 100
/** Milliseconds between sessions that do not last: some 640 a day. */
const sparing = 180_000
/** After so many sockets without a session the session itself may be what is wrong: it is begun anew. */
const socketsASession = 16

export function createTrials(
  clock: Clock,
  pauses: { readonly first: number; readonly longest: number },
): Trials {
  const trials = new Map<number, Trial>()

  /** What went wrong before a session that lasted counts no more. */
  function of(shard: number): Trial {
    const known = trials.get(shard)
    if (known && !(known.stoodAt !== null && clock.elapsed() - known.stoodAt > firm)) return known
    const made: Trial = { closes: 0, begun: 0, sockets: 0, pause: pauses.first, stoodAt: null }
    trials.set(shard, made)
    return made
  }

  return {
    session: (shard, stands) => {
      const trial = of(shard)
      trial.stoodAt = stands === null ? null : clock.elapsed()
      if (stands === null) return
      Object.assign(trial, { closes: 0, sockets: 0, pause: pauses.first })
      trial.begun = stands === 'begun' ? trial.begun + 1 : 0
    },
    closed: (shard) => {
      const trial = of(shard)
      return ++trial.closes >= closesInARow || trial.begun >= begunInARow
    },
    next: (shard) => {
      const trial = of(shard)
      const wait = trial.begun >= begunInARow ? Math.max(sparing, trial.pause) : trial.pause
      trial.pause = Math.min(trial.pause * 2, pauses.longest)
      return { wait, leave: ++trial.sockets % socketsASession === 0 ? 'session' : 'socket' }
    },
  }
}
