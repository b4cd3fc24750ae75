import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pino } from 'pino'
import { openSqlite, type Sqlite, type SqliteOptions } from '../../adapters/sqlite/sqlite.ts'
import { systemChance } from '../../adapters/system/clock.ts'
import { type SimulatedClock, simulatedClock } from '../fakes/clock.ts'
import { warmThread } from '../fakes/database-threads.ts'

export const silent = pino({ level: 'silent' })

/** A directory that is removed with all that was opened in it. */
export interface SqliteWorld {
  readonly path: string
  open(options?: Partial<SqliteOptions>): Promise<Sqlite & { readonly clock: SimulatedClock }>
  close(): Promise<void>
}

export async function sqliteWorld(): Promise<SqliteWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'parley-sqlite-'))
  const path = join(directory, 'data', 'parley.db')
  const opened: Sqlite[] = []
  return {
    path,
    async open(options = {}) {
      const clock = simulatedClock()
      const database = await openSqlite({
        path,
        clock,
        chance: systemChance(),
        log: silent,
        thread: warmThread,
        ...options,
      })
      opened.push(database)
      return { ...database, clock }
    },
    async close() {
      await Promise.all(opened.map((database) => database.close()))
      await rm(directory, { recursive: true, force: true })
    },
  }
}
