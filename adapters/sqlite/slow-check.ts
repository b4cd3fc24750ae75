import type { Clock } from '../../src/ports/clock.ts'
import { StorageError } from '../../src/ports/failure.ts'
import type { Connection } from './connection.ts'
import { type Place, start } from './inspection.ts'
import type { Log } from './log.ts'

/** The first minute belongs to what waited for the start. */
const BEFORE_MS = 60_000
/** Between two portions, so that other work gets its turn: a million rows take four minutes. */
const BREATH_MS = 100

export interface SlowCheck {
  /** What was found so far; null when all was sound. */
  damage(): StorageError | null
  readonly over: Promise<void>
}

/** Reads, in the background and once, what the start left unread: a portion at a time, until `signal` aborts. */
export function checkSlowly(
  path: string,
  connection: Connection,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): SlowCheck {
  let damage: StorageError | null = null

  /** The place to go on from; null when it is over. */
  async function step(place: Place): Promise<Place | null> {
    const inspected = await connection.call('inspect', place)
    if (inspected.kind === 'next') return inspected.place
    if (inspected.kind === 'wrong') {
      damage = new StorageError(
        `${path} is damaged (${inspected.found}). Parley goes on with the rest. ` +
          'Stop it and restore the database with its -wal and -shm files from a copy.',
      )
      log.error({ err: damage }, 'the database is damaged')
    }
    return null
  }

  async function check(): Promise<void> {
    let place: Place | null = start
    let pause = BEFORE_MS
    while (place && !connection.over()) {
      await clock.sleep(pause, signal).catch((): undefined => undefined)
      if (signal.aborted) return
      try {
        place = await step(place)
        pause = BREATH_MS
      } catch (error) {
        log.warn({ err: error }, 'the database could not be checked further; later again')
        pause = BEFORE_MS
      }
    }
  }

  return { damage: () => damage, over: check() }
}
