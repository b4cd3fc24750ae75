import type { DatabaseSync } from 'node:sqlite'
import { prepare } from './statement.ts'

/** A process that may hold leases, and what tells whether it still runs (process-identity.ts). */
export interface Holder {
  readonly id: string
  readonly machine: string
  readonly space: string
  readonly pid: number
  readonly started: string
}

export interface Neighbour extends Holder {
  readonly beat: number
  readonly leases: number
}

export function holders(db: DatabaseSync) {
  const beat = prepare(db, 'UPDATE owner SET beat = beat + 1, seen_at = ? WHERE id = ?')
  const insert = prepare(
    db,
    'INSERT INTO owner (id, machine, space, pid, started, beat, seen_at) VALUES (?, ?, ?, ?, ?, 1, ?)',
  )
  const others = prepare<Neighbour>(
    db,
    `SELECT id, machine, space, pid, started, beat, (SELECT count(*) FROM batch WHERE owner = owner.id) AS leases
     FROM owner WHERE id <> ?`,
  )
  return {
    /** Shows that the owner lives, under the same transaction as what it does. */
    hold(owner: Holder, at: number): void {
      if (beat.run(at, owner.id) > 0) return
      insert.run(owner.id, owner.machine, owner.space, owner.pid, owner.started, at)
    },
    neighbours: (id: string): Neighbour[] => others.all(id),
  }
}

export function ownerOperations(db: DatabaseSync) {
  const { hold, neighbours } = holders(db)
  const lost = prepare<{ fence: number }>(
    db,
    `SELECT value AS fence FROM json_each(?)
     WHERE NOT EXISTS (SELECT 1 FROM batch WHERE batch.fence = value AND batch.owner = ?)`,
  )
  const freeForgotten = prepare(
    db,
    `UPDATE batch SET owner = NULL, retry_at = 0
     WHERE owner = ? AND fence <= ? AND fence NOT IN (SELECT value FROM json_each(?))`,
  )
  const same = prepare<{ id: string }>(db, 'SELECT id FROM owner WHERE id = ? AND beat = ?')
  const free = prepare(db, 'UPDATE batch SET owner = NULL, retry_at = 0 WHERE owner = ?')
  const remove = prepare(db, 'DELETE FROM owner WHERE id = ?')

  return {
    /**
     * Renews all leases of a process; answers those it has lost. Batches the process no longer knows of, up to the
     * newest fence it has seen, are freed: what could not be given back when the disk was full comes back this way.
     */
    beat(input: { owner: Holder; held: readonly number[]; newest: number; at: number }): {
      lost: number[]
      freed: number
    } {
      const held = JSON.stringify(input.held)
      const gone = lost.all(held, input.owner.id).map((row) => row.fence)
      hold(input.owner, Math.round(input.at))
      return { lost: gone, freed: freeForgotten.run(input.owner.id, input.newest, held) }
    },

    others: (input: { owner: string }): Neighbour[] => neighbours(input.owner),

    /** Frees what a dead process held, unless it has shown life since `beat`. */
    bury(input: { owner: string; beat: number }): boolean {
      if (!same.get(input.owner, input.beat)) return false
      free.run(input.owner)
      remove.run(input.owner)
      return true
    },

    leave(input: { owner: string }): void {
      free.run(input.owner)
      remove.run(input.owner)
    },
  }
}
