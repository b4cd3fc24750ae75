import type { Clock } from '../../src/ports/clock.ts'
import { StorageError } from '../../src/ports/failure.ts'
import type { Connection } from './connection.ts'

export type Health =
  | { readonly healthy: true; readonly sqlite: string }
  /** `words` say what is wrong with the database and what to do. */
  | { readonly healthy: false; readonly sqlite: string; readonly words: string }

/** A probe that takes longer is a disk that hangs. */
const PROBE_MS = 5000

/** A probe is a synced write, and anyone may ask for the health: so often it is made at most. */
const FRESH_MS = 1000

/** Writes one number to find out; callers share the probe, and its result while it is fresh. */
export function createHealth(
  connection: Connection,
  clock: Clock,
  damage: () => StorageError | null = () => null,
): () => Promise<Health> {
  const sqlite = connection.sqliteVersion
  let probing: Promise<Health> | null = null
  let last: { readonly health: Health; readonly at: number } | null = null

  async function probe(): Promise<Health> {
    const limit = new AbortController()
    // On a disk that is nearly full the probe may fit where an event did not.
    const failed = connection.trouble()
    const late = clock.sleep(PROBE_MS, limit.signal).then(
      () => new StorageError('The database has not answered for 5 seconds: its disk hangs. Check the disk.'),
      () => null,
    )
    const answered = connection.call('probe', null).then(
      () => failed ?? damage(),
      (error: StorageError) => error,
    )
    const trouble = await Promise.race([answered, late])
    limit.abort()
    const health: Health = trouble
      ? { healthy: false, sqlite, words: trouble.words }
      : { healthy: true, sqlite }
    last = { health, at: clock.elapsed() }
    return health
  }

  return () => {
    if (last && clock.elapsed() - last.at < FRESH_MS) return Promise.resolve(last.health)
    probing ??= probe().finally(() => {
      probing = null
    })
    return probing
  }
}
