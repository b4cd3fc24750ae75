import type { DatabaseSync } from 'node:sqlite'
import { StaleFence } from '../../src/ports/failure.ts'
import type { Charge } from '../../src/ports/ledger.ts'
import { batches } from './batches.ts'
import { conversations } from './conversations.ts'
import type { KvOperations, KvWrite } from './kv.ts'
import type { SpendingOperations } from './spending.ts'
import { prepare } from './statement.ts'

/** What proves a lease: it fails once another process has taken the batch over. */
export interface Fenced {
  readonly owner: string
  readonly fence: number
  readonly at: number
}

interface Settle extends Fenced {
  readonly entries: readonly KvWrite[]
  readonly drop: readonly string[]
  readonly charge: Charge | null
}

export function settlingOperations(db: DatabaseSync, kv: KvOperations, spending: SpendingOperations) {
  const { refresh } = conversations(db)
  const { finish } = batches(db)
  const leased = prepare<{ id: number; conversation: number }>(
    db,
    'SELECT id, conversation FROM batch WHERE fence = ? AND owner = ?',
  )
  const draft = prepare(db, 'UPDATE batch SET draft = ? WHERE id = ?')
  const release = prepare(
    db,
    'UPDATE batch SET owner = NULL, retry_at = 0, attempt = attempt - 1 WHERE id = ?',
  )
  const fail = prepare(
    db,
    'UPDATE batch SET owner = NULL, failures = failures + 1, retry_at = ?, error = ? WHERE id = ?',
  )
  const bury = prepare(
    db,
    `UPDATE event SET state = 'dead', batch = NULL, body = iif(withdrawn, NULL, body), changed_at = ?
     WHERE id = ? AND batch = ?`,
  )

  function held({ fence, owner }: Fenced): { id: number; conversation: number } {
    const batch = leased.get(fence, owner)
    if (!batch) throw new StaleFence('this conversation')
    return batch
  }

  return {
    saveDraft(input: Fenced & { readonly draft: string }): void {
      draft.run(input.draft, held(input).id)
    },

    settle(input: Settle): void {
      const batch = held(input)
      finish(batch.id, Math.round(input.at))
      refresh(batch.conversation)
      kv.kvDelete({ keys: input.drop, at: input.at })
      kv.kvSet({ entries: input.entries })
      if (input.charge) spending.book(input.charge)
    },

    /** Given back without counting the attempt: to be claimed again at once. */
    release(input: Fenced): void {
      release.run(held(input).id)
    },

    fail(input: Fenced & { readonly retryAt: number; readonly error: string }): void {
      fail.run(Math.round(input.retryAt), input.error, held(input).id)
    },

    /**
     * Keeps these events of the batch as dead letters, without the words that were withdrawn, and frees the
     * conversation. Others of the batch, withdrawn before it was claimed, are done.
     */
    park(input: Fenced & { readonly events: readonly number[] }): void {
      const batch = held(input)
      const at = Math.round(input.at)
      for (const event of input.events) bury.run(at, event, batch.id)
      finish(batch.id, at)
      refresh(batch.conversation)
    },
  }
}
