import { parentPort, workerData } from 'node:worker_threads'
import { memoryOf } from './media-memory.ts'

// Looks on while the thread that works is busy.
const { peak, pid } = workerData as { peak: Float64Array; pid: number }
setInterval(() => {
  peak[0] = Math.max(peak[0] ?? 0, memoryOf(pid))
}, 5)
parentPort?.postMessage('watching')
