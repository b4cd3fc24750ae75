/**
 * Runs tasks of the same key one after the other. A settled claim frees its conversation in the database while its
 * handler may still have steps to do; in this process the next handler waits for those.
 */
export function oneAtATime(): (key: string, task: () => Promise<void>) => Promise<void> {
  const last = new Map<string, Promise<void>>()
  return async (key, task) => {
    const run = (last.get(key) ?? Promise.resolve()).then(task)
    last.set(key, run)
    try {
      await run
    } finally {
      if (last.get(key) === run) last.delete(key)
    }
  }
}
