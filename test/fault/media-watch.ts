import { Worker } from 'node:worker_threads'
import { isTold, memoryOf } from './media-memory.ts'

/** What a stretch of work took. */
export interface Spent {
  /** Bytes of memory at its highest beyond what there was before, this process and all below it together; 0 where nobody tells. */
  readonly memory: number
  readonly milliseconds: number
}

/** One for all that is measured in a file. */
export async function startWatch() {
  const peak = new Float64Array(new SharedArrayBuffer(8))
  const program = new URL('./media-watch-thread.ts', import.meta.url)
  const watch = isTold ? new Worker(program, { workerData: { peak, pid: process.pid } }) : null
  await new Promise<void>((resolve, reject) => {
    if (watch === null) resolve()
    watch?.once('message', () => resolve())
    watch?.once('error', reject)
  })

  return {
    async watched<T>(work: () => Promise<T>): Promise<{ result: T; spent: Spent }> {
      const before = isTold ? memoryOf(process.pid) : 0
      peak[0] = before
      const start = performance.now()
      const result = await work()
      return { result, spent: { memory: (peak[0] ?? 0) - before, milliseconds: performance.now() - start } }
    },
    async stop(): Promise<void> {
      await watch?.terminate()
    },
  }
}
