import { mediaLimits } from './limits.ts'
import type { Hold } from './room.ts'

/** What one turn may fetch, all its messages together. */
export interface Allowance {
  /** Whether one more file may be fetched; it is counted when it may. */
  takeFile(): boolean
  /** A file that is to come. `claimed`: bytes of the room on disk that were waited for on its behalf. */
  lay(claimed: number): Lying
  /** Runs `fetch` once there is a free place. */
  inPlace<T>(fetch: () => Promise<T>): Promise<T>
}

/** One file's part of the room on disk: what it has, or may still have without asking again. */
export interface Lying {
  /** Counts bytes as they come. `turn`: they are more than one turn may have. `room`: all turns together have too many. */
  take(count: number): 'taken' | 'turn' | 'room'
  /** It is read, or was not kept: it lies on disk no more. */
  end(): void
}

/** Downloads of one turn at a time. */
export const places = 4

/** `disk`: what the turn holds of the room that all turns share. */
export function createAllowance(disk: Pick<Hold, 'reach' | 'keep'>): Allowance {
  let files: number = mediaLimits.files
  let whole = 0
  let held = 0
  let free = places
  const waiting: (() => void)[] = []

  return {
    takeFile: () => files-- > 0,
    lay(claimed) {
      let part = claimed
      let size = 0
      held += part
      return {
        take(count) {
          size += count
          whole += count
          if (whole > mediaLimits.turnBytes) return 'turn'
          const more = size - part
          if (more <= 0) return 'taken'
          if (!disk.reach(held + more)) return 'room'
          held += more
          part = size
          return 'taken'
        },
        end() {
          held -= part
          part = 0
          disk.keep(held)
        },
      }
    },
    async inPlace(fetch) {
      if (free > 0) free--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await fetch()
      } finally {
        // Handed over rather than freed, so that nobody can slip in between.
        const next = waiting.shift()
        if (next === undefined) free++
        else next()
      }
    },
  }
}
