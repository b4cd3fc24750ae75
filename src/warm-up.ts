import type { Log } from './observe/log.ts'

/** Loads what the first question will need, once the start is over, so that it doesn't wait for it. */
export function warmUp(log: Log, loads: readonly (() => Promise<unknown>)[]): void {
  const warm = async () => {
    for (const load of loads) await load()
  }
  setTimeout(() => {
    warm().catch((error: unknown) => log.warn({ err: error }, 'something could not be loaded ahead'))
  }, 1_000).unref()
}
