import type { Clock } from '../ports/clock.ts'

/** Models that were asked in vain: some think for longer than the answer is worth, and each try is paid for. */
export interface Fruitless {
  isLeftAlone(model: string): boolean
  /** True when it is left alone from now on. */
  failed(model: string): boolean
  worked(model: string): void
}

/** Failures, one after the other. */
const most = 3
const pauseMs = 6 * 3_600_000
const mostModels = 100

export function createFruitless(clock: Pick<Clock, 'elapsed'>): Fruitless {
  const failures = new Map<string, { count: number; at: number }>()
  const recent = (model: string): number => {
    const known = failures.get(model)
    return known && clock.elapsed() - known.at < pauseMs ? known.count : 0
  }
  return {
    isLeftAlone: (model) => recent(model) >= most,
    failed(model) {
      const count = recent(model) + 1
      failures.delete(model)
      failures.set(model, { count, at: clock.elapsed() })
      const oldest = failures.keys().next().value
      if (failures.size > mostModels && oldest !== undefined) failures.delete(oldest)
      return count === most
    },
    worked: (model) => void failures.delete(model),
  }
}
