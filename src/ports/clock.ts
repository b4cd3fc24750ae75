/** Time and chance, injected so that tests decide them. */
export interface Clock {
  /** Wall time, milliseconds since the epoch. May jump: never measure a duration with it. */
  now(): number
  /** Milliseconds since some moment; only ever grows. */
  elapsed(): number
  /** Resolves after `ms`; rejects with the signal's reason as soon as it aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

export interface Chance {
  /** 0 <= x < 1. */
  random(): number
  /** A UUID, version 4. */
  uuid(): string
}
