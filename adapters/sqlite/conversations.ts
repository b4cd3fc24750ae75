import type { DatabaseSync } from 'node:sqlite'
import type { ConversationKey } from '../../src/ports/event.ts'
import { prepare } from './statement.ts'

export interface Conversations {
  find(key: ConversationKey): number | null
  findOrAdd(key: ConversationKey): number
  key(id: number): ConversationKey
  /** Looks again whether it can be claimed: after its waiting events or its batch changed. */
  refresh(id: number): void
}

export function conversations(db: DatabaseSync): Conversations {
  const select = prepare<{ id: number }>(
    db,
    'SELECT id FROM conversation WHERE platform = ? AND workspace = ? AND channel = ? AND thread = ?',
  )
  const insert = prepare<{ id: number }>(
    db,
    'INSERT INTO conversation (platform, workspace, channel, thread) VALUES (?, ?, ?, ?) RETURNING id',
  )
  const byId = prepare<ConversationKey>(
    db,
    'SELECT platform, workspace, channel, thread FROM conversation WHERE id = ?',
  )
  const refresh = prepare(
    db,
    `UPDATE conversation SET
       head = (SELECT min(id) FROM event WHERE conversation = ?1 AND lane = 'turn' AND state = 'waiting'),
       busy = EXISTS (SELECT 1 FROM batch WHERE conversation = ?1 AND lane = 'turn')
     WHERE id = ?1`,
  )

  const find = (key: ConversationKey): number | null =>
    select.get(key.platform, key.workspace, key.channel, key.thread)?.id ?? null
  const add = (key: ConversationKey): number => {
    const row = insert.get(key.platform, key.workspace, key.channel, key.thread)
    if (!row) throw new Error('The conversation could not be stored')
    return row.id
  }

  return {
    find,
    findOrAdd: (key) => find(key) ?? add(key),
    key: (id) => {
      const row = byId.get(id)
      if (!row) throw new Error(`Conversation ${id} is not stored`)
      return { platform: row.platform, workspace: row.workspace, channel: row.channel, thread: row.thread }
    },
    refresh: (id) => {
      refresh.run(id)
    },
  }
}
