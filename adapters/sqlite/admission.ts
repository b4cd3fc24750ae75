import type { DatabaseSync } from 'node:sqlite'
import type { ConversationKey } from '../../src/ports/event.ts'
import type { Lane } from '../../src/ports/inbox.ts'
import { conversations } from './conversations.ts'
import { prepare } from './statement.ts'

export interface Bounds {
  /** Waiting events a conversation and lane. */
  readonly conversation: number
  /** Waiting events in all. */
  readonly total: number
}

interface Admit {
  readonly event: string
  readonly conversation: ConversationKey
  readonly lane: Lane
  readonly kind: string
  /** The message it is, or is about where the order of several such events matters. */
  readonly message: string | null
  /** The event as JSON. */
  readonly body: string
  readonly at: number
  readonly bounds: Bounds
}

export function admissionOperations(db: DatabaseSync) {
  const { find, findOrAdd, refresh } = conversations(db)
  const known = prepare<{ id: number }>(db, 'SELECT id FROM event WHERE platform = ? AND event = ?')
  const waitingInAll = prepare<{ events: number }>(db, "SELECT events FROM tally WHERE state = 'waiting'")
  const waitingHere = prepare<{ events: number }>(
    db,
    `SELECT count(*) AS events FROM (
       SELECT 1 FROM event WHERE conversation = ? AND lane = ? AND state = 'waiting' LIMIT ?)`,
  )
  const insert = prepare(
    db,
    `INSERT INTO event (platform, event, conversation, lane, kind, message, state, body, changed_at)
     VALUES (?, ?, ?, ?, ?, ?, 'waiting', ?, ?)`,
  )
  const counts = prepare<{ state: string; events: number }>(db, 'SELECT state, events FROM tally')

  function full({ conversation, lane, bounds }: Admit): boolean {
    if ((waitingInAll.get()?.events ?? 0) >= bounds.total) return true
    const id = find(conversation)
    if (id === null) return false
    return (waitingHere.get(id, lane, bounds.conversation)?.events ?? 0) >= bounds.conversation
  }

  return {
    admit(input: Admit): 'new' | 'duplicate' | 'full' {
      const { platform } = input.conversation
      if (known.get(platform, input.event)) return 'duplicate'
      if (full(input)) return 'full'
      const id = findOrAdd(input.conversation)
      insert.run(
        platform,
        input.event,
        id,
        input.lane,
        input.kind,
        input.message,
        input.body,
        Math.round(input.at),
      )
      if (input.lane === 'turn') refresh(id)
      return 'new'
    },

    depth(_: null): { waiting: number; claimed: number; dead: number } {
      const by = new Map(counts.all().map((row) => [row.state, row.events]))
      return {
        waiting: by.get('waiting') ?? 0,
        claimed: by.get('claimed') ?? 0,
        dead: by.get('dead') ?? 0,
      }
    },
  }
}
