import { flushCompileCache } from 'node:module'
import { Worker } from 'node:worker_threads'
import { MediaError } from '../../src/ports/failure.ts'
import { killGroup } from './group.ts'
import type { Answer, Job, Order } from './job.ts'

/** The child's side: one job at a time, under watch. */
export function serve(run: (job: Job) => Promise<unknown>): void {
  const start = process.memoryUsage.rss()
  // A thread of its own: the decoders don't let this one look at a clock until they are done.
  const watch = new Worker(new URL('./watch.ts', import.meta.url), {
    workerData: { parent: process.ppid },
  })
  watch.unref()
  const watched = new Promise<void>((resolve, reject) => {
    watch.once('message', () => resolve())
    watch.once('error', reject)
  })
  process.on('disconnect', () => killGroup(process.pid))
  process.on('message', async ({ job, megabytes }: Order) => {
    await watched
    watch.postMessage(process.memoryUsage.rss() + megabytes * 1024 * 1024)
    const answer = await attempt(run, job)
    // Nobody to tell when the channel is closed: this process is about to end with its parent.
    process.send?.({ ...answer, spent: process.memoryUsage.rss() > start + spent }, () => undefined)
    // Its end is a kill, which keeps nothing; what was kept already costs nothing here.
    setImmediate(flushCompileCache)
  })
}

/** Bytes beyond its start that jobs may leave behind: with more, it is worth a new process. */
const spent = 60 * 1024 * 1024

async function attempt(
  run: (job: Job) => Promise<unknown>,
  job: Job,
): Promise<{ kind: 'done'; result: unknown } | Omit<Extract<Answer, { kind: 'failed' }>, 'spent'>> {
  try {
    return { kind: 'done', result: await run(job) }
  } catch (error) {
    if (error instanceof MediaError) {
      const detail = error.cause instanceof Error ? stackOf(error.cause) : null
      return { kind: 'failed', failure: error.kind, words: error.words, detail }
    }
    return { kind: 'failed', failure: 'failed', words: 'it could not be looked at', detail: stackOf(error) }
  }
}

const stackOf = (error: unknown): string =>
  (error instanceof Error ? (error.stack ?? error.message) : String(error)).slice(0, 2000)
