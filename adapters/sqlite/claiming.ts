import type { DatabaseSync } from 'node:sqlite'
import type { ConversationKey } from '../../src/ports/event.ts'
import type { Lane } from '../../src/ports/inbox.ts'
import { batches } from './batches.ts'
import { conversations } from './conversations.ts'
import { type Holder, holders, type Neighbour } from './owners.ts'
import { prepare } from './statement.ts'

/** A batch as it is handed over; bodies and draft are JSON. */
export interface ClaimedBatch {
  readonly conversation: ConversationKey
  readonly lane: Lane
  readonly fence: number
  readonly attempt: number
  /** Of the attempts before this one; the others ended with their process. */
  readonly failures: number
  readonly draft: string | null
  /** Why the last attempt failed; null the first time and after a crash. */
  readonly error: string | null
  readonly events: readonly { readonly id: number; readonly body: string }[]
  readonly withdrawn: boolean
}

interface ClaimInput {
  readonly owner: Holder
  /** How many claims of each lane there is room for. */
  readonly turn: number
  readonly now: number
  readonly aside: number
  readonly at: number
}

/** The most messages answered in one turn. */
const BATCH = 50

export function claimingOperations(db: DatabaseSync) {
  const { key, refresh } = conversations(db)
  const { hold, neighbours } = holders(db)
  const { due, lease, add, finish } = batches(db)
  const ready = prepare<{ id: number }>(
    db,
    'SELECT id FROM conversation WHERE busy = 0 AND head IS NOT NULL ORDER BY head LIMIT 1',
  )
  const waiting = prepare<{ id: number; kind: string }>(
    db,
    `SELECT id, kind FROM event WHERE conversation = ? AND lane = 'turn' AND state = 'waiting' ORDER BY id LIMIT ${BATCH}`,
  )
  // Events about one message keep their order: an edit never overtakes an earlier edit, nor a deletion an edit. A command
  // that takes long (a text read aloud) does not keep the deletion of its own message from taking it back.
  const urgent = prepare<{ id: number; conversation: number }>(
    db,
    `SELECT id, conversation FROM event AS one
     WHERE lane = ? AND lane <> 'turn' AND state = 'waiting' AND NOT EXISTS (
       SELECT 1 FROM event AS earlier WHERE earlier.conversation = one.conversation AND earlier.message = one.message
         AND earlier.lane <> 'turn' AND earlier.kind <> 'command' AND earlier.state IN ('waiting', 'claimed')
         AND earlier.id < one.id)
     ORDER BY id LIMIT 1`,
  )
  const events = prepare<{ id: number; body: string; withdrawn: number }>(
    db,
    'SELECT id, body, withdrawn FROM event WHERE batch = ? ORDER BY id',
  )

  /** A batch that is due again, or else a new one of what waits longest; null when there is nothing to do. */
  function next(lane: Lane, at: number): number | null {
    const again = due(lane, at)
    if (again !== null) return again
    if (lane !== 'turn') {
      const event = urgent.get(lane)
      return event ? add(event.conversation, lane, [event.id]) : null
    }
    const conversation = ready.get()
    return conversation ? add(conversation.id, lane, leadingRun(waiting.all(conversation.id))) : null
  }

  /** null for a batch that people withdrew before anything of it was shown: it is over. */
  function handOver(batch: number, owner: string, at: number): ClaimedBatch | null {
    const all = events.all(batch)
    const kept = all.filter((event) => event.withdrawn === 0)
    const row = lease(batch, owner)
    if (kept.length === 0 && row.draft === null) {
      finish(batch, at)
      refresh(row.conversation)
      return null
    }
    const handed = kept.length > 0 ? kept : all
    return {
      conversation: key(row.conversation),
      lane: row.lane,
      fence: row.fence,
      attempt: row.attempt,
      failures: row.failures,
      draft: row.draft,
      error: row.error,
      events: handed.map(({ id, body }) => ({ id, body })),
      withdrawn: kept.length === 0,
    }
  }

  function claimLane(lane: Lane, room: number, owner: Holder, at: number): ClaimedBatch[] {
    const claimed: ClaimedBatch[] = []
    while (claimed.length < room) {
      const batch = next(lane, at)
      if (batch === null) break
      hold(owner, at)
      const handed = handOver(batch, owner.id, at)
      if (handed) claimed.push(handed)
    }
    return claimed
  }

  return {
    /** Leases what is due, oldest first, and tells which other processes hold leases. */
    claim(input: ClaimInput): { claimed: ClaimedBatch[]; others: Neighbour[] } {
      const at = Math.round(input.at)
      const claimed = [
        ...claimLane('now', input.now, input.owner, at),
        ...claimLane('turn', input.turn, input.owner, at),
        ...claimLane('aside', input.aside, input.owner, at),
      ]
      return { claimed, others: neighbours(input.owner.id).filter((other) => other.leases > 0) }
    },
  }
}

/** Messages are answered together up to the first event of another kind, which is a turn of its own. */
function leadingRun(waiting: readonly { readonly id: number; readonly kind: string }[]): number[] {
  const other = waiting.findIndex((event) => event.kind !== 'message')
  const length = other === -1 ? waiting.length : Math.max(1, other)
  return waiting.slice(0, length).map((event) => event.id)
}
