import { DatabaseSync } from 'node:sqlite'
import { expect, it } from 'vitest'
import { defineChecksum, wrongSums } from '../../adapters/sqlite/checksum.ts'
import { migrate } from '../../adapters/sqlite/migrations.ts'
import { operations } from '../../adapters/sqlite/operations.ts'
import { steps } from '../../adapters/sqlite/schema.ts'
import { prepare } from '../../adapters/sqlite/statement.ts'

const conversation = { platform: 'p', workspace: 'w', channel: 'c', thread: '' }
const bounds = { conversation: 10, total: 10 }
const owner = { id: 'me', machine: 'm', space: 's', pid: 1, started: 'now' }

/** What is there for one event, as the code of the first version wrote it. */
const insert = (lane: string, event: string): string =>
  `INSERT INTO event (platform, event, conversation, lane, kind, message, state, body, changed_at)
   VALUES ('p', '${event}', 1, '${lane}', 'message', NULL, 'waiting', '{}', 1)`

it('keeps what waits, what is counted and what is in hand when it learns of the lane for what takes long', () => {
  const db = new DatabaseSync(':memory:')
  db.exec('PRAGMA foreign_keys = ON')
  defineChecksum(db)
  migrate(db, steps.slice(0, 1))
  db.exec(
    `INSERT INTO conversation (platform, workspace, channel, thread, head) VALUES ('p', 'w', 'c', '', 2)`,
  )
  db.exec(`${insert('turn', 'gone')}; DELETE FROM event`)
  for (const [lane, event] of [
    ['turn', 'm1'],
    ['now', 's1'],
    ['now', 's2'],
  ] as const)
    db.exec(insert(lane, event))
  db.exec(
    `INSERT INTO batch (conversation, lane, attempt, retry_at, fence, draft) VALUES (1, 'now', 1, 0, 7, '{}')`,
  )
  db.exec(`UPDATE event SET state = 'claimed', batch = 1 WHERE event = 's2'`)

  migrate(db)

  expect(prepare(db, 'SELECT id, event, lane, state, batch FROM event ORDER BY id').all()).toMatchObject([
    { id: 2, event: 'm1', lane: 'turn', state: 'waiting', batch: null },
    { id: 3, event: 's1', lane: 'now', state: 'waiting', batch: null },
    { id: 4, event: 's2', lane: 'now', state: 'claimed', batch: 1 },
  ])
  expect([wrongSums(db, 'event'), wrongSums(db, 'batch')]).toEqual([0, 0])
  expect(prepare(db, 'PRAGMA foreign_key_check').all()).toEqual([])
  expect(
    prepare(db, "SELECT name, seq FROM sqlite_sequence WHERE name IN ('event', 'batch') ORDER BY name").all(),
  ).toMatchObject([
    { name: 'batch', seq: 1 },
    { name: 'event', seq: 4 },
  ])
  const { admit, depth, claim } = operations(db)
  expect(depth(null)).toEqual({ waiting: 2, claimed: 1, dead: 0 })
  const more = {
    event: 'c1',
    conversation,
    lane: 'aside',
    kind: 'command',
    message: null,
    body: '{}',
    at: 2,
    bounds,
  } as const
  expect(admit(more)).toBe('new')
  expect(depth(null).waiting).toBe(3)
  const { claimed } = claim({ owner, turn: 5, now: 5, aside: 5, at: 3 })
  expect(claimed.map(({ lane, draft, events }) => [lane, draft, events.map(({ id }) => id)])).toEqual([
    ['now', '{}', [4]],
    ['now', null, [3]],
    ['turn', null, [2]],
    ['aside', null, [5]],
  ])
})
