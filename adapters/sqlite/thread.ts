import { flushCompileCache, getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { Worker } from 'node:worker_threads'

/** Where a database is worked on (worker.ts); it takes one after the other. */
export interface DatabaseThread {
  readonly worker: Worker
  /** To be called once its database is closed and nobody listens to it; resolves when it needs nothing more. */
  free(): Promise<void>
}

/** A thread of one's own, which ends when it is freed. */
export async function startThread(): Promise<DatabaseThread> {
  await compileForThread()
  const worker = new Worker(new URL('./worker.ts', import.meta.url), {
    name: 'parley-sqlite',
    env: threadEnvironment(),
  })
  return {
    worker,
    free: () =>
      new Promise((resolve) => {
        worker.once('exit', () => resolve())
        worker.postMessage('end')
      }),
  }
}

/**
 * The thread needs nothing of the process's environment, least of all its secrets. It shares the process's compile
 * cache if that is on (Node adds its version to the directory): without it each thread loads a TypeScript parser, 25 MB and 50 ms.
 */
function threadEnvironment(): Record<string, string> {
  const cache = getCompileCacheDir()
  return cache === undefined ? {} : { NODE_COMPILE_CACHE: dirname(cache) }
}

/**
 * On a first start nothing is compiled yet, and the thread would load Node's type stripper a second time, which holds
 * 17 MB: its modules are compiled here and handed over by the compile cache, where there is one.
 */
async function compileForThread(): Promise<void> {
  if (getCompileCacheDir() === undefined) return
  await import('./worker.ts')
  flushCompileCache()
}
