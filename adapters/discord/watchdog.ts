import type { Clock } from '../../src/ports/clock.ts'

/** Milliseconds. */
export interface Patience {
  /** Without a frame or an acknowledged heartbeat. Discord asks for a heartbeat each 41 s: three of them, and some. */
  readonly silence: number
  /** From nothing to a session, for one shard. */
  readonly ready: number
}

export const patience: Patience = { silence: 135_000, ready: 90_000 }

/** Shards identify one after the other, 5 s apart (Discord's limit), with up to 1.5 s of chance in it. */
const turn = 6_500

/** Tells a connection that is dead without saying so. */
export interface Watchdog {
  /** Something came, or a heartbeat was acknowledged. */
  heard(shard: number): void
  /** Its session stands (READY, RESUMED), or no longer. */
  session(shard: number, stands: boolean): void
  expect(shards: readonly number[]): void
  /** It is connected anew in `pause` milliseconds; its time begins then. */
  renew(shard: number, pause: number): void
  allReady(): boolean
  /** Resolves when a shard is dead; rejects with the signal's reason. */
  bite(signal: AbortSignal): Promise<Bite>
}

export interface Bite {
  readonly shard: number
  readonly words: string
}

interface Vital {
  heardAt: number
  /** Since when it has had no session; null while it has one. */
  downSince: number | null
}

export function createWatchdog(clock: Clock, limits: Patience): Watchdog {
  const vitals = new Map<number, Vital>()

  function vital(shard: number): Vital {
    const known = vitals.get(shard)
    if (known) return known
    const now = clock.elapsed()
    const made: Vital = { heardAt: now, downSince: now }
    vitals.set(shard, made)
    return made
  }

  function verdict(): Bite | null {
    const now = clock.elapsed()
    for (const [shard, { heardAt, downSince }] of vitals) {
      if (downSince !== null && now - downSince > limits.ready + (vitals.size - 1) * turn)
        return { shard, words: `shard ${shard} has had no session for ${seconds(now - downSince)}` }
      if (downSince === null && now - heardAt > limits.silence)
        return { shard, words: `shard ${shard} has been silent for ${seconds(now - heardAt)}` }
    }
    return null
  }

  return {
    heard: (shard) => {
      vital(shard).heardAt = clock.elapsed()
    },
    session: (shard, stands) => {
      const it = vital(shard)
      it.heardAt = clock.elapsed()
      it.downSince = stands ? null : (it.downSince ?? it.heardAt)
    },
    expect: (shards) => {
      for (const shard of shards) vital(shard)
    },
    renew: (shard, pause) => {
      const at = clock.elapsed() + pause
      vitals.set(shard, { heardAt: at, downSince: at })
    },
    allReady: () => vitals.size > 0 && [...vitals.values()].every(({ downSince }) => downSince === null),
    bite: async (signal) => {
      const step = Math.min(limits.silence, limits.ready) / 10
      for (;;) {
        await clock.sleep(step, signal)
        const bite = verdict()
        if (bite !== null) return bite
      }
    },
  }
}

const seconds = (ms: number): string => `${Math.round(ms / 1000)} s`
