import { readFileSync } from 'node:fs'
import { flushCompileCache } from 'node:module'
import { parentPort, workerData } from 'node:worker_threads'
import { killGroup } from './group.ts'

// Ends the process it is a thread of, with all it started, when they have more memory than they may, or no parent any more.
const { parent } = workerData as { parent: number }
/** Bytes that the job in hand may bring them to, together. */
let most = Number.POSITIVE_INFINITY

parentPort?.on('message', (bytes: number) => {
  most = bytes
})

setInterval(() => {
  if (memory() <= most && process.ppid === parent) return
  killGroup(process.pid)
  // A decoder takes some 2 MB a millisecond where it doubles what it has.
}, 10)

parentPort?.postMessage('watching')
// This thread ends by a kill, which keeps nothing.
flushCompileCache()

/** Bytes in memory of this process and of what it started (ffmpeg). */
function memory(): number {
  // Only Linux tells of another process in a file; elsewhere ffmpeg has its own limit for what it asks for at once.
  const started = read(`/proc/${process.pid}/task/${process.pid}/children`).split(' ')
  const others = started.filter((pid) => pid !== '').map(memoryOf)
  return others.reduce((sum, bytes) => sum + bytes, process.memoryUsage.rss())
}

const memoryOf = (pid: string): number =>
  1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(read(`/proc/${pid}/status`))?.[1] ?? 0)

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // It ended in this moment, or there is no such file here.
    return ''
  }
}
