import type { KeyvStoreAdapter } from 'keyv'
import type { Chance, Clock } from '../../src/ports/clock.ts'
import type { Inbox } from '../../src/ports/inbox.ts'
import type { Ledger } from '../../src/ports/ledger.ts'
import type { Store } from '../../src/ports/store.ts'
import type { Bounds } from './admission.ts'
import { connect } from './connection.ts'
import { createHealth, type Health } from './health.ts'
import { createInbox } from './inbox.ts'
import { keyvStorage, openStore } from './keyv-storage.ts'
import { createLedger } from './ledger.ts'
import type { Log } from './log.ts'
import { thisProcess } from './process-identity.ts'
import { checkSlowly } from './slow-check.ts'
import { hasWalResetBug } from './sqlite-version.ts'
import { type DatabaseThread, startThread } from './thread.ts'
import { keepPurging } from './upkeep.ts'

export interface SqliteOptions {
  /** The database's file, or `:memory:`. Its directory is made when it is missing. */
  readonly path: string
  readonly clock: Clock
  readonly chance: Chance
  readonly log: Log
  /** Tries before an event is given up. */
  readonly attempts?: number
  /** Ends of the process in the middle of a claim, before it is given up. Others than the claim may have caused them. */
  readonly deaths?: number
  readonly bounds?: Partial<Bounds> & {
    /** Operations that wait for the database thread. */
    readonly operations?: number
  }
  /** After this long without a sign of life a process that can't be seen is taken for dead. */
  readonly leaseMs?: number
  /** Where the database is worked on: a thread of its own, when left out. */
  readonly thread?: () => Promise<DatabaseThread>
}

export interface Sqlite {
  readonly inbox: Inbox
  readonly store: Store
  readonly ledger: Ledger
  /** For a Keyv of one's own, with a namespace. */
  storage(): KeyvStoreAdapter
  /** At most a second old. */
  health(): Promise<Health>
  /** Call it after `inbox.work` resolved: gives leases back and closes the file. */
  close(): Promise<void>
}

/**
 * Opens the database in a thread of its own, so that neither its disk nor its size holds the event loop up.
 * Rejects with a `StorageError` for a file that is damaged, foreign, newer, locked or not writable, and keeps the file.
 */
export async function openSqlite(options: SqliteOptions): Promise<Sqlite> {
  const { path, clock, chance, log, attempts = 5, deaths = 100, leaseMs = 15_000, bounds = {} } = options
  const thread = options.thread ?? startThread
  const connection = await connect(path, chance.uuid(), bounds.operations ?? 10_000, thread)
  if (hasWalResetBug(connection.sqliteVersion))
    log.warn(
      { sqlite: connection.sqliteVersion },
      'this SQLite can damage databases that several processes write; use a Node with SQLite 3.51.3 or later',
    )
  const inbox = await createInbox({
    connection,
    owner: thisProcess(chance.uuid()),
    clock,
    log,
    attempts,
    deaths,
    bounds: { conversation: bounds.conversation ?? 200, total: bounds.total ?? 100_000 },
    leaseMs,
  })
  const closing = new AbortController()
  const purging = keepPurging(connection, clock, log, closing.signal)
  const checking =
    connection.checked === 'live' ? checkSlowly(path, connection, clock, log, closing.signal) : null
  return {
    inbox,
    store: openStore(keyvStorage(connection, clock)),
    ledger: createLedger(connection, clock),
    storage: () => keyvStorage(connection, clock),
    health: createHealth(connection, clock, checking?.damage),
    async close() {
      closing.abort()
      await Promise.all([purging, checking?.over])
      await inbox
        .close()
        .catch((error: unknown) => log.warn({ err: error }, 'leases could not be given back'))
      await connection.close()
    },
  }
}
