import { mediaLimits } from './limits.ts'
import type { Hold } from './room.ts'

/** What one turn may fetch, all its messages together. */
export interface Allowance {
  /** Whether one more file may be fetched; it is counted when it may. */
  takeFile(): boolean
  /** Counts bytes as they come. `turn`: they are more than one turn may have. `room`: all turns together have too many. */
  takeBytes(count: number): 'taken' | 'turn' | 'room'
  /** Bytes of a file that is read, or was not kept: they lie on disk no more. */
  giveBack(count: number): void
  /** Runs `fetch` once there is a free place. */
  inPlace<T>(fetch: () => Promise<T>): Promise<T>
}

/** Downloads of one turn at a time. */
export const places = 4

/** `disk`: what the turn holds of the room that all turns share. */
export function createAllowance(disk: Pick<Hold, 'reach' | 'keep'>): Allowance {
  let files: number = mediaLimits.files
  let lying = 0
  let whole = 0
  let free = places
  const waiting: (() => void)[] = []

  return {
    takeFile: () => files-- > 0,
    takeBytes(count) {
      lying += count
      whole += count
      if (whole > mediaLimits.turnBytes) return 'turn'
      return disk.reach(lying) ? 'taken' : 'room'
    },
    giveBack(count) {
      lying -= count
      disk.keep(lying)
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
