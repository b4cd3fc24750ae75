import { pino } from 'pino'
import { createPool } from '../../adapters/media/pool.ts'
import { systemClock } from '../../adapters/system/clock.ts'

// A program of its own, which a test kills while its child hangs.
const pool = createPool({
  clock: systemClock(),
  log: pino({ enabled: false }),
  program: new URL('./media-process-worker.ts', import.meta.url),
})
const signal = new AbortController().signal
console.log(await pool.run({ kind: 'sound', path: 'pid' }, signal))
await pool.run({ kind: 'sound', path: 'hang' }, signal)
