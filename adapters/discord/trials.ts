import type { Clock } from '../../src/ports/clock.ts'

/** How the connections of each shard went of late: how long to wait before the next, and with what to begin it. */
export interface Trials {
  session(shard: number, stands: boolean): void
  /** It was closed; whether that has happened too often in a row for discord.js to go on alone. */
  closed(shard: number): boolean
  /** Its socket is given up. `wait`: milliseconds before the next one. */
  next(shard: number): { readonly wait: number; readonly leave: 'socket' | 'session' }
}

interface Trial {
  /** In a row. */
  closes: number
  /** Given up in a row. */
  sockets: number
  /** Milliseconds before the next. */
  pause: number
  /** `Clock.elapsed`; null while it has no session. */
  stoodAt: number | null
}

/** discord.js begins again after half a second, as often as it likes; after so many failures in a row we pause longer. */
const closesInARow = 6
/** Milliseconds. A session that ends sooner counts as a failure. */
const firm = 60_000
/** After so many sockets without a session the session itself may be what is wrong: it is begun anew. */
const socketsASession = 16

export function createTrials(
  clock: Clock,
  pauses: { readonly first: number; readonly longest: number },
): Trials {
  const trials = new Map<number, Trial>()

  /** What went wrong before a session that stood counts no more. */
  function of(shard: number): Trial {
    const known = trials.get(shard)
    if (known && !(known.stoodAt !== null && clock.elapsed() - known.stoodAt > firm)) return known
    const made: Trial = { closes: 0, sockets: 0, pause: pauses.first, stoodAt: null }
    trials.set(shard, made)
    return made
  }

  return {
    session: (shard, stands) => {
      of(shard).stoodAt = stands ? clock.elapsed() : null
    },
    closed: (shard) => ++of(shard).closes >= closesInARow,
    next: (shard) => {
      const trial = of(shard)
      const wait = trial.pause
      trial.pause = Math.min(wait * 2, pauses.longest)
      return { wait, leave: ++trial.sockets % socketsASession === 0 ? 'session' : 'socket' }
    },
  }
}
