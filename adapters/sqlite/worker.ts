import { DatabaseSync } from 'node:sqlite'
import { isMainThread, type MessagePort, parentPort, receiveMessageOnPort } from 'node:worker_threads'
import { markBoot } from './boot-mark.ts'
import { defineChecksum } from './checksum.ts'
import { ensureFile, inMemory } from './database-file.ts'
import { type Checked, checkFile } from './integrity.ts'
import { applicationId, migrate } from './migrations.ts'
import { type Operations, operations } from './operations.ts'
import { failureOf } from './sqlite-words.ts'
import { prepare } from './statement.ts'
import { type Request, runTogether } from './transaction.ts'

/** The most requests that share a commit: bounds how long the first of them waits for the last. */
const COMMIT_SIZE = 1000

/** Beyond this the log is cut back after a checkpoint, bytes. */
const LOG_BYTES = 32 * 2 ** 20

// On the main thread this module is only compiled (thread.ts says why).
if (!isMainThread && parentPort) serve(parentPort)

interface Opening {
  readonly path: string
  readonly unique: string
}

/** Takes requests; true when it has closed its file. */
type Work = (message: readonly Request[] | 'close') => boolean

/** One database after the other, until it is told to end. */
function serve(port: MessagePort): void {
  let work: Work | null = null
  port.on('message', (message: Opening | readonly Request[] | 'close' | 'end') => {
    if (message === 'end') port.close()
    else if (message !== 'close' && 'path' in message) work = begin(message, port)
    else if (work?.(message)) {
      work = null
      port.postMessage({ kind: 'closed' })
    }
  })
}

function begin({ path, unique }: Opening, port: MessagePort): Work | null {
  try {
    const { db, checked } = open(path, unique)
    const prepared = operations(db)
    port.postMessage({ kind: 'open', sqlite: versionOfSqlite(db), checked })
    return workOn(db, prepared, port)
  } catch (error) {
    port.postMessage({ kind: 'refused', failure: failureOf(error) })
    return null
  }
}

function workOn(db: DatabaseSync, prepared: Operations, port: MessagePort): Work {
  const waiting: Request[] = []
  const take = (message: readonly Request[] | 'close'): boolean => {
    if (message === 'close') return true
    waiting.push(...message)
    return false
  }
  return (message) => {
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
    if (closing) db.close()
    return closing
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
