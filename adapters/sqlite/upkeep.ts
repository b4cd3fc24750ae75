import type { Clock } from '../../src/ports/clock.ts'
import type { Connection } from './connection.ts'
import type { Log } from './log.ts'

const EVERY_MS = 60_000
/** Between two portions, so that other work gets its turn. */
const BREATH_MS = 100

/** Removes what is past its time, a portion at a time, until `signal` aborts. */
export async function keepPurging(
  connection: Connection,
  clock: Clock,
  log: Log,
  signal: AbortSignal,
): Promise<void> {
  let pause = EVERY_MS
  while (!signal.aborted) {
    await clock.sleep(pause, signal).catch((): undefined => undefined)
    if (signal.aborted) return
    try {
      pause = (await connection.call('purge', { at: clock.now() })) ? BREATH_MS : EVERY_MS
    } catch (error) {
      pause = EVERY_MS
      log.warn({ err: error }, 'old records could not be removed')
    }
  }
}
