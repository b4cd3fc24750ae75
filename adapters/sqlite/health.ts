import type { Clock } from '../../src/ports/clock.ts'
import { StorageError } from '../../src/ports/failure.ts'
import type { Connection } from './connection.ts'

export type Health =
  | { readonly healthy: true; readonly sqlite: string }
  /** `words` say what is wrong with the database and what to do. */
  | { readonly healthy: false; readonly sqlite: string; readonly words: string }

/** A probe that takes longer is a disk that hangs. */
const PROBE_MS = 5000

/** Writes one number to find out; callers at the same time share the probe. */
export function createHealth(connection: Connection, clock: Clock): () => Promise<Health> {
  const sqlite = connection.sqliteVersion
  let probing: Promise<Health> | null = null

  async function probe(): Promise<Health> {
    const limit = new AbortController()
    const late = clock.sleep(PROBE_MS, limit.signal).then(
      () => new StorageError('The database has not answered for 5 seconds: its disk hangs. Check the disk.'),
      () => null,
    )
    const answered = connection.call('probe', null).then(
      () => connection.trouble(),
      (error: StorageError) => error,
    )
    const trouble = await Promise.race([answered, late])
    limit.abort()
    return trouble ? { healthy: false, sqlite, words: trouble.words } : { healthy: true, sqlite }
  }

  return () => {
    probing ??= probe().finally(() => {
      probing = null
    })
    return probing
  }
}
