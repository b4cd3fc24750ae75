import type { DatabaseSync } from 'node:sqlite'
import type { ConversationKey, FileRef, InboundEvent } from '../../src/ports/event.ts'
import { conversations } from './conversations.ts'
import { prepare } from './statement.ts'

interface Amend {
  readonly conversation: ConversationKey
  readonly message: string
  readonly change: { readonly text: string; readonly files: readonly FileRef[] } | null
  readonly at: number
}

interface Row {
  readonly id: number
  readonly kind: InboundEvent['kind']
  readonly state: 'waiting' | 'claimed' | 'settled' | 'dead'
  readonly body: string | null
}

export function amendmentOperations(db: DatabaseSync) {
  const { find, refresh } = conversations(db)
  const select = prepare<Row>(
    db,
    `SELECT id, kind, state, body FROM event
     WHERE conversation = ? AND message = ? AND kind IN ('message', 'command') ORDER BY id DESC LIMIT 1`,
  )
  const rewrite = prepare(db, 'UPDATE event SET body = ?, changed_at = ? WHERE id = ?')
  const dropWaiting = prepare(
    db,
    "UPDATE event SET state = 'settled', withdrawn = 1, body = NULL, changed_at = ? WHERE id = ?",
  )
  const withdrawClaimed = prepare(db, 'UPDATE event SET withdrawn = 1, changed_at = ? WHERE id = ?')

  function withdraw(row: Row, conversation: number, at: number): void {
    if (row.state === 'claimed') withdrawClaimed.run(at, row.id)
    else {
      dropWaiting.run(at, row.id)
      refresh(conversation)
    }
  }

  return {
    amend(input: Amend): 'waiting' | 'claimed' | 'settled' | 'unknown' {
      const at = Math.round(input.at)
      const conversation = find(input.conversation)
      const row = conversation === null ? undefined : select.get(conversation, input.message)
      if (conversation === null || !row) return 'unknown'
      if (row.state === 'settled' || row.state === 'dead' || row.body === null) return 'settled'
      if (input.change === null) withdraw(row, conversation, at)
      else if (row.kind === 'command') return 'unknown'
      else rewrite.run(JSON.stringify({ ...JSON.parse(row.body), ...input.change }), at, row.id)
      return row.state
    },
  }
}
