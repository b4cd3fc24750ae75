/** What one turn may fetch, all its messages together. */
export interface Allowance {
  /** Whether one more file may be fetched; it is counted when it may. */
  takeFile(): boolean
  /** Counts bytes as they come; false when they are more than there is room for. */
  takeBytes(count: number): boolean
  /** Bytes that were not kept after all. */
  giveBack(count: number): void
  /** Runs `fetch` once there is a free place. */
  inPlace<T>(fetch: () => Promise<T>): Promise<T>
}

export const turnLimits = {
  files: 10,
  bytes: 40 * 1024 * 1024,
  /** Downloads at a time. */
  places: 4,
} as const

export function createAllowance(): Allowance {
  let files: number = turnLimits.files
  let bytes: number = turnLimits.bytes
  let places: number = turnLimits.places
  const waiting: (() => void)[] = []

  return {
    takeFile: () => files-- > 0,
    takeBytes(count) {
      bytes -= count
      return bytes >= 0
    },
    giveBack(count) {
      bytes += count
    },
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
