/**
 * Which interactions are still to be acknowledged. What is written under an interaction's token before that is
 * refused by Discord, so sends wait for it.
 */
export interface Deferrals {
  /** Before the event is admitted; `done` must be called, however the acknowledgement ends. */
  begin(interaction: string): { done(ok: boolean): void }
  /**
   * Whether the interaction's token may be used. Interactions that are not known here (of another process, before a
   * restart) may. Rejects with the signal's reason.
   */
  settled(interaction: string, signal: AbortSignal): Promise<boolean>
}

/** Acknowledgements that failed are remembered so that nothing is sent in vain; a forgotten one costs one call. */
const failuresKept = 1_000

export function createDeferrals(): Deferrals {
  const pending = new Map<string, Promise<boolean>>()
  const failed = new Set<string>()

  function begin(interaction: string): { done(ok: boolean): void } {
    // Delivered twice: the first delivery acknowledges it.
    if (pending.has(interaction)) return { done: () => {} }
    const { promise, resolve } = Promise.withResolvers<boolean>()
    pending.set(interaction, promise)
    let over = false
    return {
      done: (ok) => {
        if (over) return
        over = true
        pending.delete(interaction)
        if (!ok) remember(interaction)
        resolve(ok)
      },
    }
  }

  function remember(interaction: string): void {
    failed.add(interaction)
    for (const oldest of failed) {
      if (failed.size <= failuresKept) return
      failed.delete(oldest)
    }
  }

  async function settled(interaction: string, signal: AbortSignal): Promise<boolean> {
    signal.throwIfAborted()
    const acknowledged = pending.get(interaction)
    if (!acknowledged) return !failed.has(interaction)
    const aborted = Promise.withResolvers<never>()
    const abort = (): void => aborted.reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    try {
      return await Promise.race([acknowledged, aborted.promise])
    } finally {
      signal.removeEventListener('abort', abort)
    }
  }

  return { begin, settled }
}
