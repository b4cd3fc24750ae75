import type { Hold } from './room.ts'

/** What one turn may fetch, all its messages together. */
export interface Allowance {
  /** Whether one more file may be fetched; it is counted when it may. */
  takeFile(): boolean
  /** Counts bytes as they come. `turn`: they are more than one turn may have. `room`: all turns together have too many. */
  takeBytes(count: number): 'taken' | 'turn' | 'room'
  /** Bytes that were not kept after all. */
  giveBack(count: number): void
  /** Bytes that were kept so far. */
  taken(): number
  /** Runs `fetch` once there is a free place. */
  inPlace<T>(fetch: () => Promise<T>): Promise<T>
}

export const turnLimits = {
  files: 10,
  bytes: 40 * 1024 * 1024,
  /** Downloads at a time. */
  places: 4,
} as const

export function createAllowance(hold?: Pick<Hold, 'reach'>): Allowance {
  let files: number = turnLimits.files
  let taken = 0
  let places: number = turnLimits.places
  const waiting: (() => void)[] = []

  return {
    takeFile: () => files-- > 0,
    takeBytes(count) {
      taken += count
      if (taken > turnLimits.bytes) return 'turn'
      return (hold?.reach(taken) ?? true) ? 'taken' : 'room'
    },
    giveBack(count) {
      taken -= count
    },
    taken: () => taken,
    async inPlace(fetch) {
      if (places > 0) places--
      else await new Promise<void>((resolve) => waiting.push(resolve))
      try {
        return await fetch()
      } finally {
        // Handed over rather than freed, so that nobody can slip in between.
        const next = waiting.shift()
        if (next === undefined) places++
        else next()
      }
    },
  }
}
