import { closeSync, mkdirSync, openSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { Clock } from '../../src/ports/clock.ts'
import { StorageError } from '../../src/ports/failure.ts'

/** A process that is stopping lets its answers end first; its successor waits so long for it. */
const patienceMs = 10_000
const lookMs = 200

/**
 * Keeps the database for this process alone until `release`: the playground's channels are counted in memory. The lock
 * is the operating system's, on a file beside the database, so it ends with the process however that ends.
 */
export async function soleUse(path: string, clock: Clock): Promise<{ release(): void }> {
  if (path === ':memory:') return { release: () => undefined }
  const lock = `${path}.lock`
  ensure(lock)
  const until = clock.elapsed() + patienceMs
  for (;;) {
    const held = tryToHold(lock)
    if (held !== null) return { release: () => held.close() }
    if (clock.elapsed() >= until) {
      throw new StorageError(
        `${path} is in use by another Parley. Stop that one first, or give this one a DATABASE_URL of its own.`,
      )
    }
    await clock.sleep(lookMs)
  }
}

function ensure(lock: string): void {
  try {
    mkdirSync(dirname(lock), { recursive: true, mode: 0o700 })
    closeSync(openSync(lock, 'a', 0o600))
  } catch (cause) {
    throw new StorageError(
      `${dirname(lock)} can’t be written. Check who owns it and whether the disk is full.`,
      cause,
    )
  }
}

/** null when another process holds it. */
function tryToHold(lock: string): DatabaseSync | null {
  const db = new DatabaseSync(lock)
  try {
    db.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE')
    return db
  } catch (cause) {
    db.close()
    if (cause instanceof Error && /locked|busy/i.test(cause.message)) return null
    throw new StorageError(`${lock} can’t be locked (${String(cause)}). Remove it if no Parley runs.`, cause)
  }
}
