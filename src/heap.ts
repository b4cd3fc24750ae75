import { PerformanceObserver } from 'node:perf_hooks'
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8'

/** The young generation, both halves; V8 by itself goes up to 128 MB as soon as a crowd's answers outlive two collections. */
const YOUNG_BYTES = 16 * 2 ** 20

/** Per cent that the old generation grows between two collections; V8 by itself lets it become two to four times as large. */
const OLD_GROWTH = 40

/**
 * Holds the heap near what is in use, for a process that shares a small machine: 500 answers at once take two thirds
 * of the memory, for some more collections. These two flags V8 reads at each collection, so they take effect in a
 * process that was started without them (`--max-semi-space-size`, which is meant for it, does not).
 */
export function keepHeapSmall(): void {
  let isHeld = false
  // V8 also makes it smaller, when the process is idle: then it has to be able to grow again.
  const look = (): void => {
    const isFull = youngBytes() >= YOUNG_BYTES
    if (isFull === isHeld) return
    isHeld = isFull
    // Not before: the small heap of a start would be collected over and over.
    setFlagsFromString(`--heap-growing-percent=${OLD_GROWTH}`)
    setFlagsFromString(`--semi-space-growth-factor=${isFull ? 1 : 2}`)
  }
  new PerformanceObserver(look).observe({ entryTypes: ['gc'] })
}

function youngBytes(): number {
  return getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')?.space_size ?? 0
}
