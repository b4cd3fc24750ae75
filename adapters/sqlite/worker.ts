import { DatabaseSync } from 'node:sqlite'
import {
  isMainThread,
  type MessagePort,
  parentPort,
  receiveMessageOnPort,
  workerData,
} from 'node:worker_threads'
import { markBoot } from './boot-mark.ts'
import { defineChecksum } from './checksum.ts'
import { ensureFile, inMemory } from './database-file.ts'
import { type Checked, checkFile } from './integrity.ts'
import { applicationId, migrate } from './migrations.ts'
import { operations } from './operations.ts'
import { failureOf } from './sqlite-words.ts'
import { prepare } from './statement.ts'
import { type Request, runTogether } from './transaction.ts'

/** The most requests that share a commit: bounds how long the first of them waits for the last. */
const COMMIT_SIZE = 1000

/** Beyond this the log is cut back after a checkpoint, bytes. */
const LOG_BYTES = 32 * 2 ** 20

// On the main thread this module is only compiled (connection.ts says why).
if (!isMainThread && parentPort) serve(parentPort)

function serve(port: MessagePort): void {
  try {
    const { path, unique } = workerData as { path: string; unique: string }
    const { db, checked } = open(path, unique)
    const prepared = operations(db)
    const waiting: Request[] = []
    const take = (message: readonly Request[] | 'close'): boolean => {
      if (message === 'close') return true
      waiting.push(...message)
      return false
    }
    port.on('message', (message: readonly Request[] | 'close') => {
      let closing = take(message)
      do {
        for (let more = receiveMessageOnPort(port); more; more = receiveMessageOnPort(port))
          closing = take(more.message) || closing
        if (waiting.length > 0)
          port.postMessage({
            kind: 'replies',
            replies: runTogether(db, prepared, waiting.splice(0, COMMIT_SIZE)),
          })
      } while (waiting.length > 0)
      if (!closing) return
      db.close()
      port.close()
    })
    port.postMessage({ kind: 'open', sqlite: versionOfSqlite(db), checked })
  } catch (error) {
    port.postMessage({ kind: 'refused', failure: failureOf(error) })
    port.close()
  }
}

function open(path: string, unique: string): { db: DatabaseSync; checked: Checked } {
  if (path !== inMemory) ensureFile(path, unique)
  const checked = path === inMemory ? 'whole' : checkFile(path)
  const db = new DatabaseSync(path, { timeout: 5000, enableForeignKeyConstraints: true })
  defineChecksum(db)
  db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = ${LOG_BYTES};`)
  if (path === inMemory) db.exec(`PRAGMA application_id = ${applicationId}`)
  migrate(db)
  // Proves that the file can be written, without writing.
  db.exec('BEGIN IMMEDIATE; ROLLBACK')
  if (path !== inMemory) markBoot(path)
  return { db, checked }
}

function versionOfSqlite(db: DatabaseSync): string {
  return prepare<{ version: string }>(db, 'SELECT sqlite_version() AS version').get()?.version ?? ''
}
