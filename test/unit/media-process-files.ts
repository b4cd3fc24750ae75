import { openSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { pino } from 'pino'
import { createPool } from '../../adapters/media/pool.ts'
import { systemClock } from '../../adapters/system/clock.ts'
import { MediaError } from '../../src/ports/failure.ts'

// A program of its own that has as many files open as it may, and is asked for jobs.
const pool = createPool({
  clock: systemClock(),
  log: pino({ enabled: false }),
  program: new URL('./media-process-worker.ts', import.meta.url),
})
try {
  for (;;) openSync('/dev/null', 'r')
} catch {
  // No more.
}
for (let i = 0; i < 3; i++) {
  const job = pool.run({ kind: 'sound', path: 'pid' }, AbortSignal.timeout(3000))
  await job.catch((error: unknown) => console.log(error instanceof MediaError ? error.words : error))
}
// For a rejection that nobody hears, which ends the program.
await sleep(50)
process.exit()
