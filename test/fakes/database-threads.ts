import { type DatabaseThread, startThread } from '../../adapters/sqlite/thread.ts'

const resting: DatabaseThread[] = []

/** A thread that rested, or a new one; to start one takes 50 ms of a core. While it rests, no process stays for it. */
export async function warmThread(): Promise<DatabaseThread> {
  const { worker } = resting.pop() ?? (await startThread())
  worker.ref()
  const thread = {
    worker,
    async free() {
      worker.unref()
      resting.push(thread)
    },
  }
  return thread
}
