import type { Clock } from '../../src/ports/clock.ts'
import type { Connection } from './connection.ts'
import type { Holder, Neighbour } from './owners.ts'
import { certainlyGone } from './process-identity.ts'

/** Watches the other processes that hold leases on this database and frees what the dead ones left. */
export interface Watch {
  /** Looks at `others` as just read from the database. True when something was freed. */
  look(others: readonly Neighbour[]): Promise<boolean>
}

/**
 * A process that can't be seen is dead when its beat has stood still for `leaseMs` by this process's own steady
 * clock. No wall clock is compared with another, so that none can end a lease by jumping.
 */
export function watchNeighbours(
  connection: Connection,
  self: Holder,
  clock: Clock,
  leaseMs: number,
  onBuried: (other: Neighbour, leases: number) => void,
): Watch {
  const seen = new Map<string, { readonly beat: number; readonly since: number }>()

  function stoodStill(other: Neighbour): boolean {
    const last = seen.get(other.id)
    if (last?.beat === other.beat) return clock.elapsed() - last.since >= leaseMs
    seen.set(other.id, { beat: other.beat, since: clock.elapsed() })
    return false
  }

  async function bury(other: Neighbour): Promise<boolean> {
    seen.delete(other.id)
    const buried = await connection.call('bury', { owner: other.id, beat: other.beat })
    if (buried) onBuried(other, other.leases)
    return buried
  }

  return {
    async look(others) {
      const present = new Set(others.map((other) => other.id))
      for (const id of seen.keys()) if (!present.has(id)) seen.delete(id)
      const dead = others.filter(
        (other) => certainlyGone(other, self) || (other.leases > 0 && stoodStill(other)),
      )
      const buried = await Promise.all(dead.map(bury))
      return buried.includes(true)
    },
  }
}
