import type { DatabaseSync } from 'node:sqlite'
import { prepare } from './statement.ts'

const DAY = 86_400_000
const SETTLED_KEPT = 7 * DAY
const DEAD_KEPT = 30 * DAY
/** Rows of each kind removed in one go: bounds how long a purge holds other writes up. */
const PORTION = 500

export function purgeOperations(db: DatabaseSync) {
  // The state is written out: a partial index isn't used for a parameter.
  const over = (state: 'settled' | 'dead') =>
    prepare<{ conversation: number }>(
      db,
      `DELETE FROM event WHERE id IN (
         SELECT id FROM event WHERE state = '${state}' AND changed_at < ? ORDER BY changed_at LIMIT ${PORTION})
       RETURNING conversation`,
    )
  const settledBefore = over('settled')
  const deadBefore = over('dead')
  const empty = prepare(
    db,
    `DELETE FROM conversation WHERE id = ?1
       AND NOT EXISTS (SELECT 1 FROM event WHERE conversation = ?1)
       AND NOT EXISTS (SELECT 1 FROM batch WHERE conversation = ?1)`,
  )
  const expired = prepare(
    db,
    `DELETE FROM kv WHERE key IN (SELECT key FROM kv WHERE expires_at <= ? ORDER BY expires_at LIMIT ${PORTION})`,
  )
  const reservations = prepare(
    db,
    `DELETE FROM reservation WHERE id IN (
       SELECT id FROM reservation WHERE expires_at <= ? ORDER BY expires_at LIMIT ${PORTION})`,
  )
  const owners = prepare(
    db,
    'DELETE FROM owner WHERE seen_at < ? AND NOT EXISTS (SELECT 1 FROM batch WHERE owner = owner.id)',
  )
  const probe = prepare(db, "UPDATE counter SET value = value + 1 WHERE name = 'probe'")

  return {
    /** Removes a portion of what is past its time; true when there may be more. */
    purge({ at }: { at: number }): boolean {
      const settled = settledBefore.all(at - SETTLED_KEPT)
      const dead = deadBefore.all(at - DEAD_KEPT)
      for (const id of new Set([...settled, ...dead].map((row) => row.conversation))) empty.run(id)
      const removed = [settled.length, dead.length, expired.run(at), reservations.run(at)]
      owners.run(at - DAY)
      return removed.includes(PORTION)
    },

    /** The smallest write there is: whether the disk takes one. */
    probe(_: null): void {
      probe.run()
    },
  }
}
