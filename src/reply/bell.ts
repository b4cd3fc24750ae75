/** Lets one loop sleep until something has changed. */
export interface Bell {
  /** Resolves at the next ring after this call, or when the signal aborts. */
  next(): Promise<void>
  ring(): void
}

export function createBell(signal: AbortSignal): Bell {
  let waiting: PromiseWithResolvers<void> | null = null

  function ring(): void {
    waiting?.resolve()
    waiting = null
  }
  signal.addEventListener('abort', ring, { once: true })

  return {
    next() {
      waiting ??= Promise.withResolvers()
      return waiting.promise
    },
    ring,
  }
}
