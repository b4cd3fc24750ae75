import type { Clock } from '../ports/clock.ts'
import { TooSlow, within } from '../within.ts'

/** The memory, or the disk, that files may take up while they are looked at, all turns together. */
export interface Room {
  /** For one turn; it must `leave`. */
  enter(): Hold
}

/** What one turn takes of it, in bytes. */
export interface Hold {
  /**
   * Waits, in the order of asking, until so many are free for it; false when that takes too long. Only for what holds
   * nothing yet: nobody waits while others wait for them. Rejects with the signal's reason.
   */
  wait(bytes: number, signal: AbortSignal): Promise<boolean>
  /** Holds so many more, if they are free at once and nobody waits for them. */
  take(bytes: number): boolean
  /** Holds at least so many from now on, if they are free at once. */
  reach(bytes: number): boolean
  /** Gives back all beyond so many. */
  keep(bytes: number): void
  leave(): void
}

interface Waiter {
  readonly bytes: number
  readonly resolve: () => void
}

const ROOM_BYTES = 256 * 1024 * 1024
/** Nobody waits for longer to have a picture seen. */
const PATIENCE_MS = 30_000

export function createRoom({ clock, bytes: whole = ROOM_BYTES }: { clock: Clock; bytes?: number }): Room {
  let free = whole
  const waiting = new Set<Waiter>()

  function give(bytes: number): void {
    free += bytes
    for (const waiter of waiting) {
      if (waiter.bytes > free) return
      waiting.delete(waiter)
      free -= waiter.bytes
      waiter.resolve()
    }
  }

  async function wait(bytes: number, signal: AbortSignal): Promise<boolean> {
    if (waiting.size === 0 && bytes <= free) {
      free -= bytes
      return true
    }
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiter = { bytes, resolve }
    waiting.add(waiter)
    try {
      await within({ clock, limit: PATIENCE_MS, signal }, () => promise)
      return true
    } catch (error) {
      // Its turn may have come in the same moment.
      if (!waiting.delete(waiter)) give(bytes)
      // Those behind it may want less.
      else give(0)
      if (error instanceof TooSlow) return false
      throw error
    }
  }

  return {
    enter() {
      let held = 0
      const keep = (bytes: number): void => {
        const surplus = held - bytes
        if (surplus <= 0) return
        held = bytes
        give(surplus)
      }
      return {
        async wait(wanted, signal) {
          const bytes = Math.min(wanted, whole)
          if (!(await wait(bytes, signal))) return false
          held += bytes
          return true
        },
        take(wanted) {
          const bytes = Math.min(wanted, whole)
          if (waiting.size > 0 || bytes > free) return false
          free -= bytes
          held += bytes
          return true
        },
        reach(bytes) {
          const more = bytes - held
          if (more <= 0) return true
          if (more > free) return false
          free -= more
          held = bytes
          return true
        },
        keep,
        leave: () => keep(0),
      }
    },
  }
}
