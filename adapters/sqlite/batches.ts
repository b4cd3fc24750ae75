import type { DatabaseSync } from 'node:sqlite'
import type { Lane } from '../../src/ports/inbox.ts'
import { conversations } from './conversations.ts'
import { prepare } from './statement.ts'

/** Pauses are never longer: a moment further ahead means that the wall clock was set back since. */
export const LONGEST_PAUSE_MS = 60_000

interface Leased {
  readonly conversation: number
  readonly lane: Lane
  readonly attempt: number
  readonly failures: number
  readonly fence: number
  readonly draft: string | null
  readonly error: string | null
}

export interface Batches {
  /** The batch that may be tried again, if any. */
  due(lane: Lane, at: number): number | null
  /** Makes a batch of waiting events; its conversation is busy until the batch is over. */
  add(conversation: number, lane: Lane, events: readonly number[]): number
  /** Gives the batch to `owner` under a fence never used before, and counts the attempt. */
  lease(batch: number, owner: string): Leased
  /** The batch is done: its events are only kept for telling duplicates. */
  finish(batch: number, at: number): void
}

export function batches(db: DatabaseSync): Batches {
  const { refresh } = conversations(db)
  const due = prepare<{ id: number }>(
    db,
    `SELECT id FROM batch WHERE owner IS NULL AND lane = ?1 AND (retry_at <= ?2 OR retry_at > ?2 + ${LONGEST_PAUSE_MS})
     ORDER BY retry_at, id LIMIT 1`,
  )
  const nextFence = prepare<{ value: number }>(
    db,
    "UPDATE counter SET value = value + 1 WHERE name = 'fence' RETURNING value",
  )
  const insert = prepare<{ id: number }>(
    db,
    'INSERT INTO batch (conversation, lane, attempt, retry_at) VALUES (?, ?, 0, 0) RETURNING id',
  )
  const join = prepare(db, "UPDATE event SET state = 'claimed', batch = ? WHERE id = ?")
  const give = prepare<Leased>(
    db,
    `UPDATE batch SET owner = ?, fence = ?, attempt = attempt + 1 WHERE id = ?
     RETURNING conversation, lane, attempt, failures, fence, draft, error`,
  )
  const settleEvents = prepare(
    db,
    "UPDATE event SET state = 'settled', batch = NULL, body = NULL, changed_at = ? WHERE batch = ?",
  )
  const remove = prepare(db, 'DELETE FROM batch WHERE id = ?')

  function fence(): number {
    const row = nextFence.get()
    if (!row) throw new Error('The counter of fences is gone')
    return row.value
  }

  return {
    due: (lane, at) => due.get(lane, at)?.id ?? null,
    add: (conversation, lane, events) => {
      const row = insert.get(conversation, lane)
      if (!row) throw new Error('The batch could not be stored')
      for (const event of events) join.run(row.id, event)
      if (lane === 'turn') refresh(conversation)
      return row.id
    },
    lease: (batch, owner) => {
      const row = give.get(owner, fence(), batch)
      if (!row) throw new Error(`Batch ${batch} is not stored`)
      return row
    },
    finish: (batch, at) => {
      settleEvents.run(at, batch)
      remove.run(batch)
    },
  }
}
