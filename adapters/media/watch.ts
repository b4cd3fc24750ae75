import { parentPort, workerData } from 'node:worker_threads'
import { killGroup } from './group.ts'

// Ends the process it is a thread of, with all it started, when that has more memory than it may, or no parent any more.
const { parent } = workerData as { parent: number }
/** Bytes that the job in hand may bring it to. */
let most = Number.POSITIVE_INFINITY

parentPort?.on('message', (bytes: number) => {
  most = bytes
})

setInterval(() => {
  if (process.memoryUsage.rss() <= most && process.ppid === parent) return
  killGroup(process.pid)
  // A decoder takes some 2 MB a millisecond where it doubles what it has.
}, 10)

parentPort?.postMessage('watching')
