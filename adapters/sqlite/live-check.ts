import type { DatabaseSync } from 'node:sqlite'
import { sumHolds, wrongSums } from './checksum.ts'
import { complaints } from './complaints.ts'
import { prepare } from './statement.ts'

/** Small whatever the history. */
const smallTables = ['owner', 'batch', 'tally', 'counter', 'reservation']

/** The most events looked at in each state: some 50 ms. Beyond, the slow check finds them. */
const EVENTS = 10_000

/** What is still to be done, and what decides over it, in a database whose history is too long to be read at start. */
export function checkLive(db: DatabaseSync): string | null {
  for (const table of smallTables) {
    const structure = complaints(db, `PRAGMA quick_check(${table})`)
    if (structure) return structure
    if (wrongSums(db, table) > 0) return `rows of the table ${table} were changed by something else`
  }
  return checkEvents(db, 'waiting') ?? checkEvents(db, 'claimed') ?? checkConversations(db)
}

const live = {
  waiting: "FROM event INDEXED BY event_waiting WHERE state = 'waiting'",
  claimed: 'FROM event INDEXED BY event_batch WHERE batch IS NOT NULL',
}

/** An index tells which they are. It is not trusted: as many as were counted must be there, and sound. */
function checkEvents(db: DatabaseSync, state: keyof typeof live): string | null {
  const counts = prepare<{ sound: number; counted: number }>(
    db,
    `SELECT (SELECT count(*) FROM (SELECT * ${live[state]} LIMIT ${EVENTS}) WHERE ${sumHolds(db, 'event')}) AS sound,
       (SELECT min(events, ${EVENTS}) FROM tally WHERE state = '${state}') AS counted`,
  ).get()
  if (!counts || counts.counted === null) return `the count of ${state} events is gone`
  const missing = counts.counted - counts.sound
  return missing === 0
    ? null
    : `${Math.abs(missing)} ${state} events are missing or were changed by something else`
}

function checkConversations(db: DatabaseSync): string | null {
  const busy = `SELECT conversation FROM (SELECT conversation ${live.waiting} LIMIT ${EVENTS})
    UNION SELECT conversation FROM batch`
  const missing = prepare<{ missing: number }>(
    db,
    `SELECT (SELECT count(*) FROM (${busy})) -
       (SELECT count(*) FROM conversation WHERE id IN (${busy}) AND ${sumHolds(db, 'conversation')}) AS missing`,
  ).get()?.missing
  return missing === 0 ? null : `${missing} conversations are missing or were changed by something else`
}
